"""Which recorded fact made the one being recorded now, so that chains can be followed and loops cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MAX_DEPTH = 5

_cause: ContextVar[Any] = ContextVar("outbox_cause", default=None)


def current_cause() -> Any:
    """The entry in hand, or None outside a handler."""
    return _cause.get()


@contextmanager
def caused_by(entry: Any) -> Iterator[None]:
    """What is recorded inside was caused by `entry`."""
    token = _cause.set(entry)
    try:
        yield
    finally:
        _cause.reset(token)
