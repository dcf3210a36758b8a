"""What happened to employers, the people in them and what was promised to them.

Timelines are never rewritten, so their lines hold no person's name and no note; conversations are shown from their own
rows beside them.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events import curriculum, files, governance, lists, merging, people, projects, promises, skills
from employers.domain_events.about import EMPLOYER, AboutEmployer, day

# Events of a noun with a module of its own stand there, the others below.
__all__ = [
    "EMPLOYER",
    "curriculum",
    "day",
    "files",
    "governance",
    "lists",
    "merging",
    "people",
    "projects",
    "promises",
    "skills",
]

CONTACT = "employers.contact"
FOLLOW_UP = "employers.follow_up"
ENGAGEMENT = "employers.engagement"


@dataclass(frozen=True, kw_only=True)
class EmployerAdded(AboutEmployer, DomainEvent):
    name: str
    stage: str

    def timeline(self) -> list[TimelineLine]:
        return self._line("Added as an employer")


@dataclass(frozen=True, kw_only=True)
class EmployerChanged(AboutEmployer, DomainEvent):
    """`fields` are labels: which facts changed, not what they are now."""

    fields: list[str]

    def timeline(self) -> list[TimelineLine]:
        return self._line("Changed " + ", ".join(self.fields))


@dataclass(frozen=True, kw_only=True)
class EmployerRemoved(AboutEmployer, DomainEvent):
    """Added by an import that was undone; nothing had been attached to it."""

    name: str


@dataclass(frozen=True, kw_only=True)
class OrganisationLinked(AboutEmployer, DomainEvent):
    organisation_id: uuid.UUID
    company_number: str
    legal_name: str

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"Linked to {self.legal_name}, company number {self.company_number}")


@dataclass(frozen=True, kw_only=True)
class StageChanged(AboutEmployer, DomainEvent):
    before: str
    after: str

    def timeline(self) -> list[TimelineLine]:
        before, after = (stage.replace("_", " ") for stage in (self.before, self.after))
        return self._line(f"Stage: {before} to {after}", "stage")


@dataclass(frozen=True, kw_only=True)
class EngagementLogged(AboutEmployer, DomainEvent):
    """No line of its own: the timeline shows the engagement itself, which may still be erased."""

    engagement_id: uuid.UUID
    kind: str
    happened_at: dt.datetime
    minutes: int | None


@dataclass(frozen=True, kw_only=True)
class EngagementRemoved(AboutEmployer, DomainEvent):
    """Added by an import that was undone."""

    engagement_id: uuid.UUID

    def timeline(self) -> list[TimelineLine]:
        return self._line("A conversation was removed: the import that added it was undone")


@dataclass(frozen=True, kw_only=True)
class _AboutContact:
    contact_id: uuid.UUID
    employer_id: uuid.UUID | None
    provider_id: uuid.UUID | None

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return CONTACT, self.contact_id

    def _line(self, text: str) -> list[TimelineLine]:
        return [TimelineLine(EMPLOYER, self.employer_id, text, "person")] if self.employer_id else []


@dataclass(frozen=True, kw_only=True)
class ContactAdded(_AboutContact, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._line("A contact was added")


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(_AboutContact, DomainEvent):
    """Added by an import that was undone."""

    def timeline(self) -> list[TimelineLine]:
        return self._line("A contact was removed: the import that added them was undone")


@dataclass(frozen=True, kw_only=True)
class ContactChanged(_AboutContact, DomainEvent):
    fields: list[str]

    def timeline(self) -> list[TimelineLine]:
        return self._line("A contact's " + ", ".join(self.fields) + " changed")


@dataclass(frozen=True, kw_only=True)
class ContactEnded(_AboutContact, DomainEvent):
    left_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"A contact left on {day(self.left_on)}")


@dataclass(frozen=True, kw_only=True)
class ContactRoleGiven(_AboutContact, DomainEvent):
    role: str
    starts_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"A contact took on the role “{self.role.replace('_', ' ')}” from {day(self.starts_on)}")


@dataclass(frozen=True, kw_only=True)
class ContactRoleEnded(_AboutContact, DomainEvent):
    role: str
    ends_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"A contact has the role “{self.role.replace('_', ' ')}” until {day(self.ends_on)}")


@dataclass(frozen=True, kw_only=True)
class _AboutFollowUp:
    """`about_type` and `about_id` are what the follow-up is about; that record's timeline shows the line."""

    follow_up_id: uuid.UUID
    about_type: str
    about_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return FOLLOW_UP, self.follow_up_id

    def _line(self, text: str) -> list[TimelineLine]:
        return [TimelineLine(self.about_type, self.about_id, text, "follow_up")]


@dataclass(frozen=True, kw_only=True)
class FollowUpAdded(_AboutFollowUp, DomainEvent):
    owner_id: uuid.UUID
    due_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"Next step due {day(self.due_on)}")


@dataclass(frozen=True, kw_only=True)
class FollowUpCompleted(_AboutFollowUp, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._line("Next step done")


@dataclass(frozen=True, kw_only=True)
class FollowUpDropped(_AboutFollowUp, DomainEvent):
    def timeline(self) -> list[TimelineLine]:
        return self._line("Next step dropped")


@dataclass(frozen=True, kw_only=True)
class FollowUpSnoozed(_AboutFollowUp, DomainEvent):
    before: dt.date
    due_on: dt.date

    def timeline(self) -> list[TimelineLine]:
        return self._line(f"Next step moved to {day(self.due_on)}")


@dataclass(frozen=True, kw_only=True)
class FollowUpReassigned(_AboutFollowUp, DomainEvent):
    owner_id: uuid.UUID

    def timeline(self) -> list[TimelineLine]:
        return self._line("Next step given to somebody else")


@dataclass(frozen=True, kw_only=True)
class TierDefined(DomainEvent):
    tier_id: uuid.UUID
    label: str
    scale: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.tier", self.tier_id


@dataclass(frozen=True, kw_only=True)
class TierRemoved(DomainEvent):
    tier_id: uuid.UUID
    label: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.tier", self.tier_id


@dataclass(frozen=True, kw_only=True)
class HealthRulesChanged(DomainEvent):
    """The rules of relationship health are new; every employer is judged anew by them."""

    rules_id: uuid.UUID
    number: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.health_rules", self.rules_id
