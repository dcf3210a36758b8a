"""What happened to the people an institute knows, beyond one employer."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import EMPLOYER


@dataclass(frozen=True, kw_only=True)
class ContactMoved(DomainEvent):
    """Recorded after the old contact was ended and the new one added. The names are those of employers or providers."""

    contact_id: uuid.UUID  # at the new place
    earlier_id: uuid.UUID
    employer_id: uuid.UUID | None
    left_employer_id: uuid.UUID | None
    joined: str
    left: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.contact", self.contact_id

    def timeline(self) -> list[TimelineLine]:
        lines = []
        if self.left_employer_id:
            lines.append(TimelineLine(EMPLOYER, self.left_employer_id, f"Who left is now at {self.joined}", "person"))
        if self.employer_id:
            lines.append(TimelineLine(EMPLOYER, self.employer_id, f"A contact came here from {self.left}", "person"))
        return lines


@dataclass(frozen=True, kw_only=True)
class _AboutPerson(DomainEvent):
    """`contact_id` is that of the person's first row."""

    contact_id: uuid.UUID
    employer_ids: list[uuid.UUID]

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.contact", self.contact_id


@dataclass(frozen=True, kw_only=True)
class PersonExported(_AboutPerson):
    """Everything held of somebody was handed out."""


@dataclass(frozen=True, kw_only=True)
class PersonErased(_AboutPerson):
    """Who they were is gone; what was done with them stays."""

    def timeline(self) -> list[TimelineLine]:
        return [TimelineLine(EMPLOYER, pk, "A contact was erased", "person") for pk in self.employer_ids]
