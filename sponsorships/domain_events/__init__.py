"""What is recorded when something happens here, by noun."""

from sponsorships.domain_events.journal import EntryReversed, FundOpened, JournalEntryPosted

__all__ = ["EntryReversed", "FundOpened", "JournalEntryPosted"]
