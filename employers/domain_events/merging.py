"""Two employers that became one, and two again."""

import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent, TimelineLine
from employers.domain_events.about import EMPLOYER, AboutEmployer


@dataclass(frozen=True, kw_only=True)
class EmployersMerged(AboutEmployer, DomainEvent):
    """`employer_id` is the one that is left; `rows` is how many rows moved to it."""

    merged_id: uuid.UUID
    merged_name: str
    rows: int

    def timeline(self) -> list[TimelineLine]:
        moved = f"{self.rows} record{'' if self.rows == 1 else 's'} moved here"
        return self._line(f"Merged with {self.merged_name}: {moved}")


@dataclass(frozen=True, kw_only=True)
class MergeTakenBack(AboutEmployer, DomainEvent):
    """`employer_id` is the one that was left, `merged_id` the one that is an employer of its own again."""

    merged_id: uuid.UUID
    merged_name: str

    def timeline(self) -> list[TimelineLine]:
        back = TimelineLine(EMPLOYER, self.merged_id, "Taken out of a merge: an employer of its own again", "change")
        return [*self._line(f"The merge with {self.merged_name} was taken back"), back]


@dataclass(frozen=True, kw_only=True)
class NamesChanged(AboutEmployer, DomainEvent):
    """Another name or a former company number was noted or taken away."""

    what: str

    def timeline(self) -> list[TimelineLine]:
        return self._line(self.what)


@dataclass(frozen=True, kw_only=True)
class PairJudged(DomainEvent):
    """Somebody said that two employers are not the same."""

    pair_id: uuid.UUID
    first_id: uuid.UUID
    second_id: uuid.UUID
    state: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "employers.duplicate_pair", self.pair_id
