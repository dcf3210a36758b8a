"""What is recorded when something happens here, by noun."""

from sponsorships.domain_events.agreements import (
    AgreementAmended,
    AgreementDrafted,
    AgreementSigned,
    BenefitDelivered,
)
from sponsorships.domain_events.awards import (
    AwardWithdrawn,
    BursaryAwarded,
    InstalmentPaid,
    LearnerReferred,
    PaymentFailed,
    PaymentRecovered,
)
from sponsorships.domain_events.contributions import (
    ContributionMoved,
    ContributionRecorded,
    ValuationApproved,
    ValuationReturned,
    ValuationSubmitted,
)
from sponsorships.domain_events.journal import (
    AgreementsProven,
    EntryReversed,
    FundOpened,
    FundStateChanged,
    FundsTransferred,
    GiftAccepted,
    JournalEntryPosted,
    LedgerProven,
    MoneyRecalled,
    MoneyRefunded,
    PromiseWrittenOff,
    ShortfallSettled,
    SpendRecorded,
)
from sponsorships.domain_events.receipts import (
    ReceiptMatched,
    ReceiptRecorded,
    ReceiptRefunded,
    ReceiptTakenAsGift,
)

__all__ = [
    "AgreementAmended",
    "AgreementDrafted",
    "AgreementSigned",
    "AgreementsProven",
    "AwardWithdrawn",
    "BenefitDelivered",
    "BursaryAwarded",
    "ContributionMoved",
    "ContributionRecorded",
    "EntryReversed",
    "FundOpened",
    "FundStateChanged",
    "FundsTransferred",
    "GiftAccepted",
    "InstalmentPaid",
    "JournalEntryPosted",
    "LearnerReferred",
    "LedgerProven",
    "MoneyRecalled",
    "MoneyRefunded",
    "PaymentFailed",
    "PaymentRecovered",
    "PromiseWrittenOff",
    "ReceiptMatched",
    "ReceiptRecorded",
    "ReceiptRefunded",
    "ReceiptTakenAsGift",
    "ShortfallSettled",
    "SpendRecorded",
    "ValuationApproved",
    "ValuationReturned",
    "ValuationSubmitted",
]
