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


@dataclass(frozen=True, kw_only=True)
class ReceiptMatchUndone(_AboutReceipt):
    """What was said of some of it was wrong: it waits for a decision again. Ids are None where the kind has none."""

    match_id: uuid.UUID
    kind: str
    fund_id: uuid.UUID | None
    fund_name: str
    instalment_id: uuid.UUID | None
    agreement_id: uuid.UUID | None
    employer_id: uuid.UUID | None

    def _sums_as(self) -> str:
        if self.kind == "refund":
            return f"{{}} from {self.payer} was not sent back after all"
        gift = f"a gift to {self.fund_name}" if self.kind == "gift" else "received for the agreement"
        return f"{{}} from {self.payer} is no longer {gift}"

    def timeline(self) -> list[TimelineLine]:
        """On the receipt and, where it was for a promise, on the agreement and the employer."""
        lines = super().timeline()
        if self.agreement_id:
            lines.append(self._line("sponsorships.agreement", self.agreement_id))
            lines.append(self._line("employers.employer", self.employer_id))
        return lines
