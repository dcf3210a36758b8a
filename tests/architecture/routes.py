"""Every route of the product: its view, and its address in a test's world."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver, reverse

from tests.architecture.role_matrix import Route


def _routes(resolver: Any = None, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _routes(pattern, inner)
        else:
            yield namespace + (pattern.name or str(pattern.pattern)), pattern.callback


# The API's resources have rows of their own: see api_matrix.py.
VIEWS = {name: getattr(callback, "view_class", None) for name, callback in _routes() if not hasattr(callback, "cls")}


def path_of(name: str, row: Route, world: dict[str, Any], rest: dict[str, Any] | None = None) -> str:
    """The address of a row of the role matrix about its subject in `world`; what `more` names comes from `rest`."""
    rest = rest or world
    more = {key: rest[value[1:]] if value.startswith("@") else value for key, value in row.more.items()}
    return reverse(name, kwargs=({row.key: world[row.subject]} if row.subject else {}) | more)
