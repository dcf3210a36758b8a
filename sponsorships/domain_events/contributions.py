"""What happens to contributions in kind."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _AboutContribution(DomainEvent):
    contribution_id: uuid.UUID
    employer_id: uuid.UUID
    title: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "sponsorships.contribution", self.contribution_id

    def _text(self) -> str:
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        """The same line on the contribution and on its employer."""
        return [
            TimelineLine("sponsorships.contribution", self.contribution_id, self._text(), kind="gift"),
            TimelineLine("employers.employer", self.employer_id, self._text(), kind="gift"),
        ]


@dataclass(frozen=True, kw_only=True)
class ContributionRecorded(_AboutContribution):
    """An employer offered something in kind."""

    kind: str
    offered_on: dt.date

    def _text(self) -> str:
        return f"Offered: {self.title}"


@dataclass(frozen=True, kw_only=True)
class ContributionMoved(_AboutContribution):
    """It was agreed, delivered, accepted, declined or withdrawn."""

    state: str
    happened_on: dt.date

    def _text(self) -> str:
        return f"{self.state.capitalize()}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class ValuationSubmitted(_AboutContribution):
    """Somebody valued a line and asks for a second pair of eyes."""

    valuation_id: uuid.UUID
    basis: str
    pence: int
    valued_by: uuid.UUID

    def _text(self) -> str:
        return f"Valued at {format_pounds(self.pence)}, waiting for approval: {self.title}"


@dataclass(frozen=True, kw_only=True)
class ValuationApproved(_AboutContribution):
    """A second person agreed with the figure."""

    valuation_id: uuid.UUID
    basis: str
    pence: int

    def _text(self) -> str:
        return f"Valuation of {format_pounds(self.pence)} approved: {self.title}"


@dataclass(frozen=True, kw_only=True)
class ValuationReturned(_AboutContribution):
    """A second person asked for a change."""

    valuation_id: uuid.UUID
    basis: str
    pence: int
    reason: str

    def _text(self) -> str:
        return f"Change asked for in the valuation of {format_pounds(self.pence)}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class EquipmentReturned(_AboutContribution):
    """Lent equipment went back to the employer."""

    line_id: uuid.UUID
    item: str
    returned_on: dt.date

    def _text(self) -> str:
        return f"Went back on {self.returned_on:%-d %B %Y}: {self.item}"


@dataclass(frozen=True, kw_only=True)
class LoanExtended(_AboutContribution):
    """Lent equipment is due back on another day."""

    line_id: uuid.UUID
    item: str
    return_on: dt.date

    def _text(self) -> str:
        return f"Due back on {self.return_on:%-d %B %Y} now: {self.item}"
