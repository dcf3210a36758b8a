"""What is recorded when something happens here, by noun."""

from sponsorships.domain_events.awards import (
    AwardWithdrawn,
    BursaryAwarded,
    InstalmentPaid,
    LearnerReferred,
    PaymentFailed,
    PaymentRecovered,
)
from sponsorships.domain_events.journal import (
    EntryReversed,
    FundOpened,
    FundStateChanged,
    FundsTransferred,
    GiftAccepted,
    JournalEntryPosted,
    MoneyRecalled,
    MoneyRefunded,
    PromiseWrittenOff,
    ShortfallSettled,
    SpendRecorded,
)

__all__ = [
    "AwardWithdrawn",
    "BursaryAwarded",
    "EntryReversed",
    "FundOpened",
    "FundStateChanged",
    "FundsTransferred",
    "GiftAccepted",
    "InstalmentPaid",
    "JournalEntryPosted",
    "LearnerReferred",
    "MoneyRecalled",
    "MoneyRefunded",
    "PaymentFailed",
    "PaymentRecovered",
    "PromiseWrittenOff",
    "ShortfallSettled",
    "SpendRecorded",
]
