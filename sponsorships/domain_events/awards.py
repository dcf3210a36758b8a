"""Facts about bursary awards. They name no learner: not even the pseudonym, which can be erased."""

import dataclasses
import datetime as dt
import uuid

from crm.base.money import format_pounds
from crm.outbox.domain_events import DomainEvent, TimelineLine


@dataclasses.dataclass(frozen=True, kw_only=True)
class LearnerReferred(DomainEvent):
    """A learner got a pseudonym in this institute."""

    learner_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("sponsorships.learner_ref", self.learner_id)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _OfAward(DomainEvent):
    """Something about one award; it shows on the award's timeline and on its fund's."""

    award_id: uuid.UUID
    fund_id: uuid.UUID
    pence: int

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("sponsorships.award", self.award_id)

    def words(self) -> str:
        """What happened, for a timeline."""
        raise NotImplementedError

    def sums_as(self) -> str:
        """How several are told as one, with {} for the total."""
        raise NotImplementedError

    def timeline(self) -> list[TimelineLine]:
        told = {"text": self.words(), "kind": "money", "pence": self.pence, "sums_as": self.sums_as()}
        return [
            TimelineLine("sponsorships.award", self.award_id, **told),
            TimelineLine("sponsorships.fund", self.fund_id, **told),
        ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class BursaryAwarded(_OfAward):
    purpose: str

    def words(self) -> str:
        return f"Bursary of {format_pounds(self.pence)} awarded: {self.purpose.lower()}"

    def sums_as(self) -> str:
        return f"Bursaries of {{}} awarded: {self.purpose.lower()}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class InstalmentPaid(_OfAward):
    instalment_id: uuid.UUID
    paid_on: dt.date

    def words(self) -> str:
        return f"Instalment of {format_pounds(self.pence)} paid on {self.paid_on:%-d %B %Y}"

    def sums_as(self) -> str:
        return f"Instalments of {{}} paid on {self.paid_on:%-d %B %Y}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentFailed(_OfAward):
    instalment_id: uuid.UUID

    def words(self) -> str:
        return f"Payment of {format_pounds(self.pence)} failed and is to be made again"

    def sums_as(self) -> str:
        return "Payments of {} failed and are to be made again"


@dataclasses.dataclass(frozen=True, kw_only=True)
class AwardWithdrawn(_OfAward):
    """`pence` is what was released to the fund."""

    def words(self) -> str:
        return f"Award withdrawn; {format_pounds(self.pence)} released to the fund"

    def sums_as(self) -> str:
        return "Awards withdrawn; {} released to the fund"


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaymentRecovered(_OfAward):
    def words(self) -> str:
        return f"{format_pounds(self.pence)} recovered into the fund"

    def sums_as(self) -> str:
        return "{} recovered into the fund"
