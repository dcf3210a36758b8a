"""What the events of employers share."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import TimelineLine

EMPLOYER = "employers.employer"


def day(value: dt.date) -> str:
    """`Thursday 3 December 2026`."""
    return f"{value:%A} {value.day} {value:%B %Y}"


@dataclass(frozen=True, kw_only=True)
class AboutEmployer:
    """A fact about one employer, told on its timeline."""

    employer_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return EMPLOYER, self.employer_id

    def _line(self, text: str, kind: str = "change") -> list[TimelineLine]:
        return [TimelineLine(EMPLOYER, self.employer_id, text, kind)]
