"""Models by noun. Import them from here: `from sponsorships.models import Fund`."""

from sponsorships.models.agreements import (
    Agreement,
    AgreementComponent,
    AgreementParty,
    AgreementState,
    Amendment,
    Benefit,
    ComponentKind,
    PlannedInstalment,
    Purpose,
)
from sponsorships.models.awards import Award, AwardInstalment
from sponsorships.models.contributions import Contribution, ContributionLine, Evidence, Valuation
from sponsorships.models.funds import Fund
from sponsorships.models.journal import Bucket, EntryKind, FundBalance, JournalEntry, Posting
from sponsorships.models.learners import LearnerRef
from sponsorships.models.moves import MOVES, Move, check_moves, merged, shift
from sponsorships.models.portal import PortalGrant
from sponsorships.models.receipts import Receipt, ReceiptMatch
from sponsorships.models.shares import AgreementShare, Instalment, ShareAmendment, ShareComponent
from sponsorships.models.usage import AgreementsProof, FundMonth, FundRollup, LedgerProof
from sponsorships.models.waivers import PartyWriteOff, Waiver

__all__ = [
    "MOVES",
    "Agreement",
    "AgreementComponent",
    "AgreementParty",
    "AgreementShare",
    "AgreementState",
    "AgreementsProof",
    "Amendment",
    "Award",
    "AwardInstalment",
    "Benefit",
    "Bucket",
    "ComponentKind",
    "Contribution",
    "ContributionLine",
    "EntryKind",
    "Evidence",
    "Fund",
    "FundBalance",
    "FundMonth",
    "FundRollup",
    "Instalment",
    "JournalEntry",
    "LearnerRef",
    "LedgerProof",
    "Move",
    "PartyWriteOff",
    "PlannedInstalment",
    "PortalGrant",
    "Posting",
    "Purpose",
    "Receipt",
    "ReceiptMatch",
    "ShareAmendment",
    "ShareComponent",
    "Valuation",
    "Waiver",
    "check_moves",
    "merged",
    "shift",
]
