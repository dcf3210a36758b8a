"""What happens to agreements. Signing and amending are recorded once in each party, about that party's share."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclass(frozen=True, kw_only=True)
class _AboutAgreement(DomainEvent):
    agreement_id: uuid.UUID
    employer_id: uuid.UUID
    title: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "sponsorships.agreement", self.agreement_id

    def _text(self) -> str:
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        """The same line on the agreement and on the institute's own employer."""
        return [
            TimelineLine("sponsorships.agreement", self.agreement_id, self._text(), kind="agreement"),
            TimelineLine("employers.employer", self.employer_id, self._text(), kind="agreement"),
        ]


@dataclass(frozen=True, kw_only=True)
class AgreementDrafted(_AboutAgreement):
    """Somebody drafted an agreement, or drafted it anew."""

    total_pence: int

    def _text(self) -> str:
        return f"Agreement drafted: {self.title}, {format_pounds(self.total_pence)}"


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(_AboutAgreement):
    """The sponsor promised this institute its share."""

    share_id: uuid.UUID
    signed_on: dt.date
    pence: int

    def _text(self) -> str:
        return f"Agreement signed: {self.title}, {format_pounds(self.pence)} promised"


@dataclass(frozen=True, kw_only=True)
class AgreementAmended(_AboutAgreement):
    """This institute's terms changed."""

    share_id: uuid.UUID
    number: int
    effective_on: dt.date
    before_pence: int
    after_pence: int

    def _text(self) -> str:
        if self.before_pence == self.after_pence:
            return f"Agreement amended (no. {self.number}): {self.title}"
        return (
            f"Agreement amended (no. {self.number}): {self.title}, {format_pounds(self.before_pence)}"
            f" → {format_pounds(self.after_pence)}"
        )


@dataclass(frozen=True, kw_only=True)
class BenefitDelivered(_AboutAgreement):
    """The sponsor got what a fee pays for."""

    benefit_id: uuid.UUID
    what: str
    delivered_on: dt.date

    def _text(self) -> str:
        return f"Benefit delivered: {self.what}"


@dataclass(frozen=True, kw_only=True)
class _AboutInstalment(_AboutAgreement):
    instalment_id: uuid.UUID
    due_on: dt.date
    pence: int

    def _due(self) -> str:
        return f"{format_pounds(self.pence)} due {self.due_on:%-d %B %Y}, {self.title}"


@dataclass(frozen=True, kw_only=True)
class WaiverAsked(_AboutInstalment):
    """Somebody asked to let the sponsor off a payment."""

    def _text(self) -> str:
        return f"Asked to write off {self._due()}"


@dataclass(frozen=True, kw_only=True)
class WaiverRefused(_AboutInstalment):
    """The payment is still owed."""

    def _text(self) -> str:
        return f"Still owed, not written off: {self._due()}"


@dataclass(frozen=True, kw_only=True)
class InstalmentWaived(_AboutInstalment):
    """The outstanding part of a payment was written off."""

    def _text(self) -> str:
        return f"Written off: {self._due()}"


@dataclass(frozen=True, kw_only=True)
class PartyWroteOff(_AboutAgreement):
    """Another institute of an agreement led here let the sponsor off a payment of its own."""

    write_off_id: uuid.UUID
    party: str
    due_on: dt.date
    pence: int

    def _text(self) -> str:
        due = f"due {self.due_on:%-d %B %Y}"
        return f"Written off by {self.party}: its {format_pounds(self.pence)} {due}, {self.title}"


@dataclass(frozen=True, kw_only=True)
class AgreementTerminated(_AboutAgreement):
    """The agreement ended early; what was still to come to this institute after that day was written off."""

    share_id: uuid.UUID
    terminated_on: dt.date
    written_off_pence: int

    def _text(self) -> str:
        ended = f"Agreement ended early, on {self.terminated_on:%-d %B %Y}: {self.title}"
        return f"{ended}, {format_pounds(self.written_off_pence)} written off" if self.written_off_pence else ended
