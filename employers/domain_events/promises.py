"""Promises made, kept and let go. What was promised is personal text and stays with the promise."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import AboutEmployer, day


@dataclass(frozen=True, kw_only=True)
class _AboutPromise(AboutEmployer):
    """`side` is "ours" or "theirs"."""

    promise_id: uuid.UUID
    side: str

    def _promise(self, rest: str) -> list[TimelineLine]:
        whose = "Our promise" if self.side == "ours" else "Their promise"
        return self._line(f"{whose} {rest}", "promise")


@dataclass(frozen=True, kw_only=True)
class PromiseMade(_AboutPromise, DomainEvent):
    due_on: dt.date
    owner_id: uuid.UUID

    def timeline(self) -> list[TimelineLine]:
        return self._promise(f"was noted, due {day(self.due_on)}")


@dataclass(frozen=True, kw_only=True)
class PromiseChanged(_AboutPromise, DomainEvent):
    """`fields` are labels: which facts changed, not what they are now."""

    fields: list[str]

    def timeline(self) -> list[TimelineLine]:
        return self._promise("was changed: " + ", ".join(self.fields))


@dataclass(frozen=True, kw_only=True)
class PromiseKept(_AboutPromise, DomainEvent):
    due_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._promise("was kept")


@dataclass(frozen=True, kw_only=True)
class PromiseLetGo(_AboutPromise, DomainEvent):
    due_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._promise("was let go")
