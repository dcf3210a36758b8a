"""What happens to money that came in."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _AboutReceipt(DomainEvent):
    receipt_id: uuid.UUID
    reference: str
    payer: str
    pence: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "sponsorships.receipt", self.receipt_id

    def _sums_as(self) -> str:
        """What is told of it, with {} for the amount."""
        raise NotImplementedError

    def _line(self, subject_type: str, subject_id: uuid.UUID) -> TimelineLine:
        sums_as = self._sums_as()
        text = sums_as.replace("{}", format_pounds(self.pence), 1)
        return TimelineLine(subject_type, subject_id, text, kind="money", pence=self.pence, sums_as=sums_as)

    def timeline(self) -> list[TimelineLine]:
        return [self._line("sponsorships.receipt", self.receipt_id)]


@dataclass(frozen=True, kw_only=True)
class ReceiptRecorded(_AboutReceipt):
    """Money arrived at the bank."""

    banked_on: dt.date

    def _sums_as(self) -> str:
        return f"{{}} from {self.payer} banked"


@dataclass(frozen=True, kw_only=True)
class ReceiptMatched(_AboutReceipt):
    """Some of it was for a promised instalment."""

    instalment_id: uuid.UUID
    fund_id: uuid.UUID
    agreement_id: uuid.UUID
    employer_id: uuid.UUID

    def _sums_as(self) -> str:
        return f"{{}} received from {self.payer}"

    def timeline(self) -> list[TimelineLine]:
        """On the receipt, the agreement and the employer."""
        return [
            *super().timeline(),
            self._line("sponsorships.agreement", self.agreement_id),
            self._line("employers.employer", self.employer_id),
        ]


@dataclass(frozen=True, kw_only=True)
class ReceiptTakenAsGift(_AboutReceipt):
    """Some of it was more than anybody promised, and went into a fund."""

    fund_id: uuid.UUID
    fund_name: str

    def _sums_as(self) -> str:
        return f"{{}} taken as a gift to {self.fund_name}"


@dataclass(frozen=True, kw_only=True)
class ReceiptRefunded(_AboutReceipt):
    """Some of it was sent back without having reached a fund."""

    reason: str

    def _sums_as(self) -> str:
        return f"{{}} sent back: {self.reason}"
