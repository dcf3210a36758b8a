"""Models by noun. Import them from here: `from sponsorships.models import Fund`."""

from sponsorships.models.awards import Award, AwardInstalment
from sponsorships.models.funds import Fund
from sponsorships.models.journal import Bucket, EntryKind, FundBalance, JournalEntry, Posting
from sponsorships.models.learners import LearnerRef
from sponsorships.models.moves import MOVES, Move, check_moves, merged, shift
from sponsorships.models.usage import FundMonth, FundRollup

__all__ = [
    "MOVES",
    "Award",
    "AwardInstalment",
    "Bucket",
    "EntryKind",
    "Fund",
    "FundBalance",
    "FundMonth",
    "FundRollup",
    "JournalEntry",
    "LearnerRef",
    "Move",
    "Posting",
    "check_moves",
    "merged",
    "shift",
]
