"""Tags, views that are kept, and what was changed on many employers at once."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import EMPLOYER, AboutEmployer


@dataclass(frozen=True, kw_only=True)
class _AboutTag:
    tag_id: uuid.UUID
    name: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.tag", self.tag_id


@dataclass(frozen=True, kw_only=True)
class TagNamed(_AboutTag, DomainEvent):
    """A tag was made, or is called otherwise from now on."""


@dataclass(frozen=True, kw_only=True)
class TagRemoved(_AboutTag, DomainEvent):
    """`taken_off` is how many employers had it."""

    taken_off: int


@dataclass(frozen=True, kw_only=True)
class EmployerTagged(AboutEmployer, DomainEvent):
    """Names of tags that were put on and taken off."""

    put_on: list[str]
    taken_off: list[str]

    def timeline(self) -> list[TimelineLine]:
        said = [f"Tagged {', '.join(self.put_on)}"] if self.put_on else []
        said += [f"No longer tagged {', '.join(self.taken_off)}"] if self.taken_off else []
        return self._line(". ".join(said))


@dataclass(frozen=True, kw_only=True)
class _AboutView:
    view_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.saved_view", self.view_id


@dataclass(frozen=True, kw_only=True)
class ViewKept(_AboutView, DomainEvent):
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class ViewRemoved(_AboutView, DomainEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class _AboutBulkChange:
    change_id: uuid.UUID
    fact: str
    employer_ids: list[uuid.UUID]

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.bulk_change", self.change_id

    def _lines(self, text: str) -> list[TimelineLine]:
        return [TimelineLine(EMPLOYER, employer_id, text, "change") for employer_id in self.employer_ids]


@dataclass(frozen=True, kw_only=True)
class EmployersChanged(_AboutBulkChange, DomainEvent):
    """One fact of many employers. `says` is the name of the tier or tag; an owner is a person and is not named."""

    value: uuid.UUID | None
    says: str

    def timeline(self) -> list[TimelineLine]:
        said = {
            "owner": "Changed owner",
            "tier": f"Changed tier to {self.says or 'none'}",
            "tag": f"Tagged {self.says}",
            "untag": f"No longer tagged {self.says}",
        }
        return self._lines(f"{said.get(self.fact, 'Changed')}, with others")


@dataclass(frozen=True, kw_only=True)
class BulkChangeUndone(_AboutBulkChange, DomainEvent):
    """`employer_ids` are those that got back what they had."""

    def timeline(self) -> list[TimelineLine]:
        what = {"owner": "owner", "tier": "tier"}.get(self.fact, "tags")
        return self._lines(f"Change of {what} undone")


@dataclass(frozen=True, kw_only=True)
class EmployersPlaced(DomainEvent):
    """Newly loaded lists say where these many employers are."""

    institute_id: uuid.UUID
    changed: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "identity.institute", self.institute_id
