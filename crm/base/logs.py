"""The log: one line an event, with the ids that lead to it and nothing personal.

Written are the fields named here and no others: Django and Celery attach requests and arguments to their records, which
quote people. For the same reason an error is told by its kind and its place, never by its message. Messages of our own
hold ids, counts and durations.
"""

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

from crm.base.context import current_context, has_context
from crm.base.request_id import current_request_id

FACTS = ("request_id", "institute_id", "user_id", "task", "task_id", "event_id", "delivery_id", "occurrence_id")
_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_facts: ContextVar[Mapping[str, str]] = ContextVar("log_facts")
_NONE: Mapping[str, str] = {}


@contextmanager
def log_facts(**facts: object) -> Iterator[None]:
    """Every line logged inside carries these ids; their names are among FACTS. They nest."""
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"not a fact of the log: {', '.join(sorted(unknown))}")
    token = _facts.set({**_facts.get(_NONE), **{name: str(value) for name, value in facts.items()}})
    try:
        yield
    finally:
        _facts.reset(token)


def current_facts() -> dict[str, str]:
    """The ids in force: of the request or task, the institute and its user, and what log_facts added."""
    facts = {"request_id": current_request_id()}
    if has_context():
        context = current_context()
        facts["institute_id"], facts["user_id"] = str(context.acting or ""), str(context.user_id or "")
    facts.update(_facts.get(_NONE))
    return {name: facts[name] for name in FACTS if facts.get(name)}


class FactsFilter(logging.Filter):
    """Keeps the ids with the record, in the thread that logs. Lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.facts = current_facts()
        return True


class PlainFormatter(logging.Formatter):
    """For a terminal: the ids come after the message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        return f"{super().formatMessage(record)}  {facts}" if facts else super().formatMessage(record)

    def formatException(self, ei: _ErrorInfo) -> str:
        return error_without_words(ei[1])


class JsonFormatter(logging.Formatter):
    """For a server: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = error_without_words(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def error_without_words(error: BaseException | None) -> str:
    """The kinds of an error and of what it came from, each with its frames: file, line, function; no message."""
    parts = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        parts.append(f"{type(error).__module__}.{type(error).__qualname__}{places}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nafter ".join(parts)
