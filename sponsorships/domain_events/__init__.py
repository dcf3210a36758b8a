"""What is recorded when something happens here, by noun."""

from sponsorships.domain_events.agreements import (
    AgreementAmended,
    AgreementDrafted,
    AgreementSigned,
    BenefitDelivered,
)
from sponsorships.domain_events.contributions import (
    ContributionMoved,
    ContributionRecorded,
    ValuationApproved,
    ValuationReturned,
    ValuationSubmitted,
)
from sponsorships.domain_events.journal import EntryReversed, FundOpened, JournalEntryPosted
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
    "BenefitDelivered",
    "ContributionMoved",
    "ContributionRecorded",
    "EntryReversed",
    "FundOpened",
    "JournalEntryPosted",
    "ReceiptMatched",
    "ReceiptRecorded",
    "ReceiptRefunded",
    "ReceiptTakenAsGift",
    "ValuationApproved",
    "ValuationReturned",
    "ValuationSubmitted",
]
