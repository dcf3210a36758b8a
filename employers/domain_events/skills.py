"""Whom employers look for, and whether they found them."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import AboutEmployer, day


@dataclass(frozen=True, kw_only=True)
class _AboutNeed(AboutEmployer):
    need_id: uuid.UUID
    roles: str
    level: int
    headcount: int

    def _need(self, rest: str) -> list[TimelineLine]:
        return self._line(f"{self.headcount} × {self.roles}, level {self.level}: {rest}", "skills")


@dataclass(frozen=True, kw_only=True)
class SkillsNeedNoted(_AboutNeed, DomainEvent):
    needed_by: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._need(f"needed by {day(self.needed_by)}")


@dataclass(frozen=True, kw_only=True)
class SkillsNeedChanged(_AboutNeed, DomainEvent):
    """The facts are those after the change; `fields` are labels."""

    fields: list[str]

    def timeline(self) -> list[TimelineLine]:
        return self._need("changed " + ", ".join(self.fields))


@dataclass(frozen=True, kw_only=True)
class SkillsNeedMet(_AboutNeed, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._need("met")


@dataclass(frozen=True, kw_only=True)
class SkillsNeedClosed(_AboutNeed, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._need("no longer needed")
