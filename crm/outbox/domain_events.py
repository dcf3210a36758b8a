"""What a recorded fact is made of.

An app subclasses DomainEvent in its domain_events.py; its action records one as its last line. Payloads hold facts
that may be kept: ids, pence, dates, names of organisations; no address, no note, nothing about a learner or a pupil.
"""

import dataclasses
import datetime as dt
import re
import uuid
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured


@dataclasses.dataclass(frozen=True)
class TimelineLine:
    """One line on the timeline of a record. `kind` picks the icon.

    A line with an amount says it in `pence`, and in `sums_as` how several of its kind are told as one: "{} received
    from Quickline", where {} is their total.
    """

    subject_type: str
    subject_id: uuid.UUID
    text: str
    kind: str = "change"
    happened_at: dt.datetime | None = None
    pence: int | None = None
    sums_as: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base class. `version` rises when the payload's shape changes."""

    version: ClassVar[int] = 1
    _types: ClassVar[dict[str, type["DomainEvent"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.type_name()
        if DomainEvent._types.get(name, cls).__module__ != cls.__module__:
            raise ImproperlyConfigured(f"There are two domain events called {name}")
        DomainEvent._types[name] = cls

    @classmethod
    def type_name(cls) -> str:
        """`BursaryAwarded` of sponsorships is `sponsorships.bursary_awarded`."""
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        return f"{cls.__module__.split('.')[0]}.{snake}"

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        """What it is about, as ("employers.employer", id). Order is kept per subject."""
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        """Lines for the timelines of records it concerns."""
        return []

    def payload(self) -> dict[str, Any]:
        """The fields as JSON: ids and dates as text."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


def event_types() -> dict[str, type[DomainEvent]]:
    """Every domain event by its stored name."""
    return dict(DomainEvent._types)


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
