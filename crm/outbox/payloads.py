"""From the stored JSON back to a domain event, by the types that its fields declare."""

import datetime as dt
import functools
import types
import typing
import uuid
from typing import Any

from crm.outbox.domain_events import DomainEvent, event_types

_FROM_TEXT = {uuid.UUID: uuid.UUID, dt.date: dt.date.fromisoformat, dt.datetime: dt.datetime.fromisoformat}


class NotUnderstood(Exception):
    """This version of the code has no such event, or an older version of it. The entry waits for a newer one."""


def restore(type_name: str, version: int, payload: dict[str, Any]) -> DomainEvent:
    """The event that was recorded. Raises NotUnderstood; TypeError when a field without default is missing.

    Fields that the class no longer has are left out, so a payload of an older version can still be read.
    """
    cls = event_types().get(type_name)
    if cls is None or version > cls.version:
        raise NotUnderstood(f"{type_name} version {version}")
    hints = _hints(cls)
    return cls(**{name: _convert(hints[name], value) for name, value in payload.items() if name in hints})


def understood_versions() -> dict[str, int]:
    """The newest version of each type that this code can read."""
    return {name: cls.version for name, cls in event_types().items()}


@functools.cache
def _hints(cls: type[DomainEvent]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar}


def _convert(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert(next(a for a in arguments if a is not type(None)), value)
    if origin in (list, tuple):
        inner = arguments[0] if arguments else Any
        return origin(_convert(inner, item) for item in value)
    return _FROM_TEXT[hint](value) if hint in _FROM_TEXT and isinstance(value, str) else value
