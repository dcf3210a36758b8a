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
        return self.sums_as().replace("{}", format_pounds(self.pence), 1)

    def sums_as(self) -> str:
        """How several are told as one, with {} for the total."""
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        return [dataclasses.replace(self._line(self.words()), pence=self.pence, sums_as=self.sums_as())]


@dataclasses.dataclass(frozen=True, kw_only=True)
class GiftAccepted(_Moved):
    def words(self) -> str:
        return f"Gift of {format_pounds(self.pence)} accepted"

    def sums_as(self) -> str:
        return "Gifts of {} accepted"


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpendRecorded(_Moved):
    def sums_as(self) -> str:
        return "{} spent"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoneyRefunded(_Moved):
    def sums_as(self) -> str:
        return "{} refunded"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoneyRecalled(_Moved):
    """`pence` was asked back; `shortfall_pence` of it could not be returned at once."""

    shortfall_pence: int

    def words(self) -> str:
        short = f"; {format_pounds(self.shortfall_pence)} of it is short" if self.shortfall_pence else ""
        return f"{format_pounds(self.pence)} recalled by the sponsor{short}"

    def sums_as(self) -> str:
        return "{} recalled by the sponsor"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShortfallSettled(_Moved):
    def sums_as(self) -> str:
        return "{} of the shortfall paid back"


@dataclasses.dataclass(frozen=True, kw_only=True)
class PromiseWrittenOff(_Moved):
    def words(self) -> str:
        return f"Promise of {format_pounds(self.pence)} written off"

    def sums_as(self) -> str:
        return "Promises of {} written off"


@dataclasses.dataclass(frozen=True, kw_only=True)
class FundsTransferred(_Moved):
    """Out of `fund_id` into `to_fund_id`; it shows on both timelines."""

    to_fund_id: uuid.UUID

    def sums_as(self) -> str:
        return "{} transferred to another fund"

    def timeline(self) -> list[TimelineLine]:
        [gone] = super().timeline()
        came = {"text": gone.text.replace(" to ", " from "), "sums_as": "{} transferred from another fund"}
        return [gone, dataclasses.replace(gone, subject_id=self.to_fund_id, **came)]


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
