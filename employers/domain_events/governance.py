"""Seats given and left, and who came when a body met."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import EMPLOYER, AboutEmployer, day

BODY = "employers.body"


@dataclass(frozen=True, kw_only=True)
class _AboutBody:
    body_id: uuid.UUID
    body: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return BODY, self.body_id


@dataclass(frozen=True, kw_only=True)
class BodyNamed(_AboutBody, DomainEvent):
    """A body was set up, or is called otherwise."""


@dataclass(frozen=True, kw_only=True)
class BodyMet(_AboutBody, DomainEvent):
    """`came`, `apologised` and `missed` are employers, once for each of their seats."""

    held_on: dt.date
    came: list[uuid.UUID]
    apologised: list[uuid.UUID]
    missed: list[uuid.UUID]

    def timeline(self) -> list[TimelineLine]:
        said = {"Came to": self.came, "Sent apologies to": self.apologised, "Did not come to": self.missed}
        return [
            TimelineLine(EMPLOYER, employer, f"{what} {self.body} on {day(self.held_on)}", "seat")
            for what, employers in said.items()
            for employer in sorted(set(employers), key=str)
        ]


@dataclass(frozen=True, kw_only=True)
class SeatGiven(AboutEmployer, DomainEvent):
    seat_id: uuid.UUID
    body: str
    role: str
    starts_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"Took a seat in {self.body} ({self.role}) from {day(self.starts_on)}", "seat")


@dataclass(frozen=True, kw_only=True)
class SeatChanged(AboutEmployer, DomainEvent):
    seat_id: uuid.UUID
    body: str
    role: str
    starts_on: dt.date
    ends_on: dt.date | None

    def timeline(self) -> list[TimelineLine]:
        until = f"until {day(self.ends_on)}" if self.ends_on else "with no end"
        return self._line(f"Seat in {self.body} ({self.role}) from {day(self.starts_on)} {until}", "seat")
