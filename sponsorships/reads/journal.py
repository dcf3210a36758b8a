"""The journal of one fund as a page reads it: an entry a row, newest first."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Prefetch, Q, QuerySet, Sum

from crm.base.clock import LONDON
from crm.identity.models import User
from sponsorships.models import Bucket, Fund, JournalEntry, Posting

ANOTHER_FUND = "Another fund"


@dataclass(frozen=True)
class JournalRow:
    """What an entry did to one fund. `available_pence` is what was available after it."""

    entry: JournalEntry
    came_from: str
    went_to: str
    pence: int
    available_pence: int

    @property
    def is_by_hand(self) -> bool:
        """Moved on the fund's own page, so it may be reversed there; others are undone where they came from."""
        return self.entry.source_type == "sponsorships.fund" and not self.entry.reverses_id

    @property
    def is_of_receipt(self) -> bool:
        """Undone on the receipt that it came from."""
        return self.entry.source_type == "sponsorships.receipt" and not self.entry.reverses_id


def entries_of(fund: Fund) -> QuerySet[JournalEntry]:
    """Entries that touch the fund, the last one first, each with its `last` number in that fund."""
    touching = JournalEntry.objects.filter(postings__fund=fund)
    numbered = touching.annotate(last=Max("postings__sequence", filter=Q(postings__fund=fund)))
    return numbered.select_related("by").order_by("-last")


def journal_rows(fund: Fund, entries: Sequence[JournalEntry]) -> list[JournalRow]:
    """Rows for one page of `entries_of`. Two queries: what was available after the newest, and the page's postings."""
    if not entries:
        return []
    before = Posting.objects.filter(fund=fund, bucket=Bucket.AVAILABLE, sequence__lte=entries[0].last)
    available = before.aggregate(total=Sum("pence", default=0))["total"]
    postings = defaultdict(list)
    for posting in Posting.objects.filter(fund=fund, entry__in=entries).order_by("sequence"):
        postings[posting.entry_id].append(posting)
    rows = []
    for entry in entries:
        rows.append(_row(entry, postings[entry.pk], available))
        available -= sum(posting.pence for posting in postings[entry.pk] if posting.bucket == Bucket.AVAILABLE)
    return rows


@dataclass(frozen=True)
class Movement:
    """Entries of one kind that one person wrote for one day: a receipt over several funds, a run of payments."""

    entries: list[JournalEntry]

    @property
    def newest(self) -> JournalEntry:
        return self.entries[0]

    @property
    def funds(self) -> list[Fund]:
        """Where it moved, by name."""
        touched = {posting.fund_id: posting.fund for entry in self.entries for posting in entry.postings.all()}
        return sorted(touched.values(), key=lambda fund: fund.name)

    @property
    def pence(self) -> int:
        """What it moved; a reversal as what it moved back."""
        return sum(posting.pence for entry in self.entries for posting in entry.postings.all() if posting.pence > 0)

    @property
    def source_table(self) -> str:
        """The table whose rows brought it about. The journal itself is never changed, so the audit tells of those."""
        return self.newest.source_type.replace(".", "_")

    @property
    def recorded_between(self) -> tuple[dt.date, dt.date]:
        """The London days on which it was written down, first and last."""
        days = [entry.at.astimezone(LONDON).date() for entry in self.entries]
        return min(days), max(days)


def last_movements(user: User, *, limit: int, among: int = 150) -> list[Movement]:
    """The movements that the last `among` entries are made of, by the day they happened, latest first. Three queries.

    Entries are found by their id, which rises with time and has an index; that it is not quite the order of commits
    matters to no reader.
    """
    newest = JournalEntry.objects.visible_to(user).select_related("by").order_by("-id")[:among]
    entries = list(newest.prefetch_related(Prefetch("postings", Posting.objects.select_related("fund"))))
    movements: dict[tuple, list[JournalEntry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.occurred_on, entry.id), reverse=True):
        movements.setdefault(_movement_of(entry), []).append(entry)
    return [Movement(found) for found in list(movements.values())[:limit]]


def _movement_of(entry: JournalEntry) -> tuple:
    return entry.occurred_on, entry.kind, entry.by_id, entry.source_type, entry.reverses_id is not None


def balances_agree(fund: Fund) -> bool:
    """Whether every balance of the fund is the sum of its postings, asked of the journal anew."""
    sums = dict(Posting.objects.filter(fund=fund).order_by().values_list("bucket").annotate(Sum("pence")))
    return all(sums.get(bucket, 0) == pence for bucket, pence in fund.held().items())


def _row(entry: JournalEntry, postings: list[Posting], available: int) -> JournalRow:
    taken = [posting for posting in postings if posting.pence < 0]
    given = [posting for posting in postings if posting.pence > 0]
    return JournalRow(
        entry=entry,
        came_from=_buckets(taken),
        went_to=_buckets(given),
        pence=sum(posting.pence for posting in given) or -sum(posting.pence for posting in taken),
        available_pence=available,
    )


def _buckets(postings: list[Posting]) -> str:
    return ", ".join(posting.get_bucket_display() for posting in postings) or ANOTHER_FUND
