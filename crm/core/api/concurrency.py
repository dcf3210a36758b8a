"""Two people, one thing: a change names the version it was made from (RFC 9110, If-Match).

The version is a digest of what was read, so it covers everything that the reader could see: a contact's roles too,
though they are rows of another table. What workers make of a row is digested apart: it is read anew when it changes,
and a change of the row was not made from it.
"""

import base64
import hashlib
from collections.abc import Collection
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from crm.core.api.problems import Problem


def etag(data: Any, derived: Collection[str] = ()) -> str:
    """The version of an answer. `derived` are members that nobody writes: they make up its second half."""
    if not derived:
        return f'"{_digest(data)}"'
    written = {name: value for name, value in data.items() if name not in derived}
    return f'"{_digest(written)}.{_digest([data[name] for name in derived])}"'


def _digest(data: Any) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(JSONRenderer().render(data)).digest()[:15]).decode()


def is_unchanged(request: Request, tag: str) -> bool:
    """Whether the reader has this version already (If-None-Match)."""
    return tag in _tags(request.headers.get("If-None-Match", ""))


def require_match(request: Request, current: Any, derived: Collection[str] = ()) -> None:
    """Raises Problem: 428 when the request names no version, 412 with the current state when it names another. What is
    `derived` may have changed since.
    """
    named = _tags(request.headers.get("If-Match", ""))
    if not named:
        raise Problem("version_needed")
    tag = etag(current, derived)
    if _written(tag) not in map(_written, named) and "*" not in named:
        raise Problem("stale", headers={"ETag": tag}, members={"current": current})


def _written(tag: str) -> str:
    return tag.partition(".")[0].strip('"')


def _tags(header: str) -> set[str]:
    return {part.strip() for part in header.split(",") if part.strip()}
