"""Facts about funds and the journal."""

import dataclasses
import uuid

from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclasses.dataclass(frozen=True, kw_only=True)
class _OfFund(DomainEvent):
    """Something about one fund, in the order of that fund."""

    fund_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("sponsorships.fund", self.fund_id)

    def _line(self, text: str, kind: str = "money") -> TimelineLine:
        return TimelineLine("sponsorships.fund", self.fund_id, text, kind)


@dataclasses.dataclass(frozen=True, kw_only=True)
class FundOpened(_OfFund):
    name: str
    kind: str

    def timeline(self) -> list[TimelineLine]:
        return [self._line(f"Fund “{self.name}” opened", "change")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class JournalEntryPosted(_OfFund):
    """Once per fund that an entry touches. The roll-up follows it; `sequence` is the fund's last posting then."""

    entry_id: uuid.UUID
    kind: str
    sequence: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class EntryReversed(_OfFund):
    entry_id: uuid.UUID
    reverses_id: uuid.UUID
    kind: str
    pence: int

    def timeline(self) -> list[TimelineLine]:
        return [self._line(f"Entry “{self.kind}” of {format_pounds(self.pence)} reversed")]
