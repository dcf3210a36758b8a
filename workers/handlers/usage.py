"""Keep the usage of funds up with their journal."""

from crm.outbox.models import Entry
from sponsorships.domain_events import JournalEntryPosted
from sponsorships.rollups import fold_fund_usage
from workers.handling import handles


@handles(JournalEntryPosted, alone=True)
def fold_usage(event: JournalEntryPosted, entry: Entry) -> None:
    """Alone, because a batch would hold the marks of several funds at once."""
    fold_fund_usage(fund_id=event.fund_id)
