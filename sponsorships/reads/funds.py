"""What funds hold and did, for staff pages, the portal, reports and reminders.

Two kinds of figures, both by name: balances (what is in a bucket now) and gross figures (sums of entries by kind, less
their reversals, from the roll-up). Both in pence. Balances move with each entry; gross figures follow within seconds,
and `FundUsage.is_up_to_date` says whether they have.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from sponsorships.models import Bucket, EntryKind, Fund, FundBalance, FundMonth, FundRollup, Posting

B, K = Bucket, EntryKind

NEARLY_USED = 80  # percent

# The bucket in which each gross figure is read: the one that the kind gives to, so that sums come out positive.
_READ_IN = {
    K.PROMISED: B.PROMISED,
    K.RECEIVED: B.AVAILABLE,
    K.GIFT: B.AVAILABLE,
    K.AWARDED: B.COMMITTED,
    K.PAID: B.PAID,
    K.PAYMENT_FAILED: B.COMMITTED,
    K.RELEASED: B.AVAILABLE,
    K.RECOVERED: B.AVAILABLE,
    K.TRANSFERRED: B.AVAILABLE,
    K.SPENT: B.SPENT,
}
# These leave the fund, so they are read where they are taken from, with the sign turned.
_READ_OUT = {K.REFUNDED: B.AVAILABLE, K.PROMISE_WRITTEN_OFF: B.PROMISED}


@dataclass(frozen=True)
class FundUsage:
    """The figures of one fund, or of several added up. docs/ledger.md says how each is counted."""

    # Gross: sums over entries of a kind.
    promised_pence: int = 0
    received_pence: int = 0  # receipts and gifts
    gifts_pence: int = 0  # of which nobody had promised
    awarded_pence: int = 0
    released_pence: int = 0
    paid_pence: int = 0  # less payments that failed
    recovered_pence: int = 0
    transferred_pence: int = 0  # in less out
    refunded_pence: int = 0
    recalled_pence: int = 0  # returned at once or owed
    written_off_pence: int = 0
    # Balances: what is there now.
    still_promised_pence: int = 0
    available_pence: int = 0
    committed_pence: int = 0
    spent_pence: int = 0
    shortfall_pence: int = 0
    net_paid_pence: int = 0  # paid less recovered
    is_up_to_date: bool = True

    @property
    def standing_promise_pence(self) -> int:
        """Promised, less what was written off: what signed agreements promise now, received or not."""
        return self.promised_pence - self.written_off_pence

    @property
    def used_pence(self) -> int:
        """Committed, and paid less recovered: what bursaries have taken of the fund."""
        return self.committed_pence + self.net_paid_pence

    @property
    def gone_pence(self) -> int:
        """Paid less recovered, and spent."""
        return self.net_paid_pence + self.spent_pence

    @property
    def used_percent(self) -> int | None:
        """Whole percents of what was received that are committed or paid, rounded down; None when nothing was."""
        return self.used_pence * 100 // self.received_pence if self.received_pence > 0 else None


@dataclass(frozen=True)
class UsageMonth:
    """One month of a fund (or one academic year, when added up)."""

    month: dt.date
    academic_year: str
    received_pence: int
    awarded_pence: int
    paid_pence: int
    recovered_pence: int
    spent_pence: int
    entries: int


def fund_usage(fund: Fund) -> FundUsage:
    """The figures of one fund. Three queries."""
    return usage_of([fund])[fund.pk]


def usage_of(funds: Iterable[Fund]) -> dict[uuid.UUID, FundUsage]:
    """The figures of each of these funds by id. Three queries however many there are."""
    ids = [fund.pk for fund in funds]
    held: dict = defaultdict(lambda: defaultdict(int))
    for fund_id, bucket, pence in FundBalance.objects.filter(fund__in=ids).values_list("fund_id", "bucket", "pence"):
        held[fund_id][bucket] = pence
    gross: dict = defaultdict(lambda: defaultdict(int))
    sums = FundMonth.objects.filter(fund__in=ids).order_by().values("fund_id", "kind", "bucket").annotate(Sum("pence"))
    for row in sums:
        gross[row["fund_id"]][row["kind"], row["bucket"]] = row["pence__sum"]
    behind = _behind(ids)
    return {fund_id: _usage(gross[fund_id], held[fund_id], fund_id not in behind) for fund_id in ids}


def usage_within(funds: Iterable[Fund], *, since: dt.date | None, until: dt.date | None) -> dict[uuid.UUID, FundUsage]:
    """What entries from `since` to `until` (both included; None: open) did in each fund, and its balances at the end.

    Spent is what was spent in the period. One query: of the roll-up where the period is made of whole months, else of
    the journal itself.
    """
    ids = [fund.pk for fund in funds]
    rows, day = (FundMonth, "month") if _is_of_months(since, until) else (Posting, "occurred_on")
    known = rows.objects.filter(fund__in=ids, **({f"{day}__lte": until} if until else {})).order_by()
    within = Q(**{f"{day}__gte": since}) if since else Q()
    totals = {"total": Sum("pence"), "within": Sum("pence", filter=within, default=0)}
    sums = known.values_list("fund_id", "kind", "bucket").annotate(**totals)
    held: dict = defaultdict(lambda: defaultdict(int))
    moved: dict = defaultdict(lambda: defaultdict(int))
    for fund_id, kind, bucket, pence, moved_pence in sums:
        held[fund_id][bucket] += pence
        moved[fund_id][kind, bucket] = moved_pence
    usages = {fund_id: _usage(moved[fund_id], held[fund_id], True) for fund_id in ids}
    return {fund_id: replace(usage, spent_pence=moved[fund_id][K.SPENT, B.SPENT]) for fund_id, usage in usages.items()}


def _is_of_months(since: dt.date | None, until: dt.date | None) -> bool:
    starts = since is None or since.day == 1
    return starts and (until is None or (until + dt.timedelta(days=1)).day == 1)


def added_up(usages: Iterable[FundUsage]) -> FundUsage:
    """The figures of several funds as one."""
    usages = list(usages)
    names = [name for name in FundUsage.__dataclass_fields__ if name.endswith("_pence")]
    sums = {name: sum(getattr(usage, name) for usage in usages) for name in names}
    return FundUsage(**sums, is_up_to_date=all(usage.is_up_to_date for usage in usages))


@dataclass(frozen=True)
class Flows:
    """Gross figures of all funds together, counted as in FundUsage."""

    promised_pence: int
    received_pence: int
    paid_pence: int


def flows(*, academic_year: str = "") -> Flows:
    """What all funds of the institute were promised, received and paid in one academic year, or in all. One query."""
    rows = FundMonth.objects.filter(academic_year=academic_year) if academic_year else FundMonth.objects.all()
    sums: dict = defaultdict(int)
    for kind, bucket, pence in rows.order_by().values_list("kind", "bucket").annotate(Sum("pence")):
        sums[kind, bucket] = pence
    gross = _gross(sums)
    return Flows(
        promised_pence=gross[K.PROMISED],
        received_pence=gross[K.RECEIVED] + gross[K.GIFT],
        paid_pence=gross[K.PAID] - gross[K.PAYMENT_FAILED],
    )


def usage_by_month(fund: Fund, *, academic_year: str = "") -> list[UsageMonth]:
    """Each month with an entry, oldest first, of one academic year or of all. One query."""
    rows = FundMonth.objects.filter(fund=fund)
    if academic_year:
        rows = rows.filter(academic_year=academic_year)
    months: dict = defaultdict(lambda: defaultdict(int))
    for row in rows.order_by("month"):
        months[row.month, row.academic_year][row.kind, row.bucket] = row.pence
        if row.bucket == _READ_IN.get(row.kind) or row.bucket == _READ_OUT.get(row.kind):
            months[row.month, row.academic_year]["entries"] += row.entries
    return [_month(month, year, sums) for (month, year), sums in months.items()]


def funds_in_order() -> QuerySet[Fund]:
    """Funds that can still be used first, then by name."""
    open_first = Case(When(state=Fund.State.CLOSED, then=1), default=0)
    return Fund.objects.select_related("recipient").order_by(open_first, "name", "id")


def funds_nearly_used() -> QuerySet[Fund]:
    """Open bursary funds of which 80 % or more is used. In SQL what FundUsage.used_percent says of one."""
    used = _sum_per_fund(FundBalance.objects.filter(bucket__in=[B.COMMITTED, B.PAID]))
    received = _sum_per_fund(FundMonth.objects.filter(kind__in=[K.RECEIVED, K.GIFT], bucket=B.AVAILABLE))
    bursaries = Fund.objects.open().filter(kind=Fund.Kind.BURSARY).annotate(used=used, received=received)
    return bursaries.alias(reached=F("used") * 100, mark=F("received") * NEARLY_USED).filter(
        received__gt=0, reached__gte=F("mark")
    )


def _sum_per_fund(rows: QuerySet) -> Subquery:
    sums = rows.filter(fund=OuterRef("pk")).order_by().values("fund").annotate(total=Sum("pence")).values("total")
    return Subquery(sums, output_field=BigIntegerField())


def _behind(ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Funds with postings that the roll-up has not seen yet."""
    newest = Posting.objects.filter(fund=OuterRef("fund")).order_by("-sequence").values("sequence")[:1]
    marks = FundRollup.objects.filter(fund__in=ids).annotate(newest=Subquery(newest))
    return set(marks.filter(newest__gt=F("folded_sequence")).order_by().values_list("fund_id", flat=True))


def _gross(sums: dict) -> dict[str, int]:
    """Pence by kind."""
    found = {kind: sums[kind, bucket] for kind, bucket in _READ_IN.items()}
    found |= {kind: -sums[kind, bucket] for kind, bucket in _READ_OUT.items()}
    return found | {K.RECALLED: sums[K.RECALLED, B.SHORTFALL] - sums[K.RECALLED, B.AVAILABLE]}


def _usage(sums: dict, held: dict, is_up_to_date: bool) -> FundUsage:
    gross = _gross(sums)
    return FundUsage(
        promised_pence=gross[K.PROMISED],
        received_pence=gross[K.RECEIVED] + gross[K.GIFT],
        gifts_pence=gross[K.GIFT],
        awarded_pence=gross[K.AWARDED],
        released_pence=gross[K.RELEASED],
        paid_pence=gross[K.PAID] - gross[K.PAYMENT_FAILED],
        recovered_pence=gross[K.RECOVERED],
        transferred_pence=gross[K.TRANSFERRED],
        refunded_pence=gross[K.REFUNDED],
        recalled_pence=gross[K.RECALLED],
        written_off_pence=gross[K.PROMISE_WRITTEN_OFF],
        still_promised_pence=held[B.PROMISED],
        available_pence=held[B.AVAILABLE],
        committed_pence=held[B.COMMITTED],
        spent_pence=held[B.SPENT],
        shortfall_pence=held[B.SHORTFALL],
        net_paid_pence=held[B.PAID],
        is_up_to_date=is_up_to_date,
    )


def _month(month: dt.date, academic_year: str, sums: dict) -> UsageMonth:
    gross = _gross(sums)
    return UsageMonth(
        month=month,
        academic_year=academic_year,
        received_pence=gross[K.RECEIVED] + gross[K.GIFT],
        awarded_pence=gross[K.AWARDED],
        paid_pence=gross[K.PAID] - gross[K.PAYMENT_FAILED],
        recovered_pence=gross[K.RECOVERED],
        spent_pence=gross[K.SPENT],
        entries=sums["entries"],
    )
