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


@dataclasses.dataclass(frozen=True, kw_only=True)
class FundStateChanged(_OfFund):
    """Paused, opened again or closed."""

    state: str

    def timeline(self) -> list[TimelineLine]:
        words = {"open": "Fund opened again", "paused": "Fund paused", "closed": "Fund closed"}
        return [self._line(words[self.state], "change")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Moved(_OfFund):
    """Money of one fund moved without an award."""

    entry_id: uuid.UUID
    pence: int

    def words(self) -> str:
        """What happened, for the fund's timeline."""
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        return [self._line(self.words())]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GiftAccepted(_Moved):
    def words(self) -> str:
        return f"Gift of {format_pounds(self.pence)} accepted"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpendRecorded(_Moved):
    def words(self) -> str:
        return f"{format_pounds(self.pence)} spent"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoneyRefunded(_Moved):
    def words(self) -> str:
        return f"{format_pounds(self.pence)} refunded"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoneyRecalled(_Moved):
    """`pence` was asked back; `shortfall_pence` of it could not be returned at once."""

    shortfall_pence: int

    def words(self) -> str:
        short = f"; {format_pounds(self.shortfall_pence)} of it is short" if self.shortfall_pence else ""
        return f"{format_pounds(self.pence)} recalled by the sponsor{short}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShortfallSettled(_Moved):
    def words(self) -> str:
        return f"{format_pounds(self.pence)} of the shortfall paid back"


@dataclasses.dataclass(frozen=True, kw_only=True)
class PromiseWrittenOff(_Moved):
    def words(self) -> str:
        return f"Promise of {format_pounds(self.pence)} written off"


@dataclasses.dataclass(frozen=True, kw_only=True)
class FundsTransferred(_Moved):
    """Out of `fund_id` into `to_fund_id`; it shows on both timelines."""

    to_fund_id: uuid.UUID

    def words(self) -> str:
        return f"{format_pounds(self.pence)} transferred to another fund"

    def timeline(self) -> list[TimelineLine]:
        text = f"{format_pounds(self.pence)} transferred from another fund"
        return [self._line(self.words()), TimelineLine("sponsorships.fund", self.to_fund_id, text, "money")]


@dataclasses.dataclass(frozen=True, kw_only=True)
class AgreementsProven(DomainEvent):
    """The daily comparison of agreements led here with their parties' shares ran; `faults` of them differed."""

    proof_id: uuid.UUID
    agreements: int
    faults: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("sponsorships.agreements_proof", self.proof_id)


@dataclasses.dataclass(frozen=True, kw_only=True)
class LedgerProven(DomainEvent):
    """The daily proof ran; `faults` rows were wrong."""

    proof_id: uuid.UUID
    postings: int
    faults: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("sponsorships.ledger_proof", self.proof_id)
