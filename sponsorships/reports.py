"""Reports on money promised, received and used, and on gifts in kind."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from crm.base.clock import academic_year_starts, today
from crm.base.context import acting_institute
from crm.core.registry import reports
from crm.core.reports import Cell, Column, Kind, Report, label_of
from crm.identity.roles import Permission
from sponsorships.models import Bucket, EntryKind, Posting
from sponsorships.reads.agreements import instalments_due
from sponsorships.reads.contributions import in_kind_by_employer
from sponsorships.reads.funds import funds_in_order, usage_of

DUE_WITHIN_DAYS = 90


@reports.register
class FundUse(Report):
    name = "funds"
    title = "Use of funds"
    description = (
        "What each fund was promised, less what was written off, received, committed and paid, and what is available."
    )
    permission = Permission.SEE_FUNDS
    order = 20
    columns = (
        Column("Fund"),
        Column("For"),
        Column("State"),
        Column("Promised", Kind.PENCE),
        Column("Written off", Kind.PENCE),
        Column("Received", Kind.PENCE),
        Column("Committed", Kind.PENCE),
        Column("Paid", Kind.PENCE),
        Column("Spent", Kind.PENCE),
        Column("Available", Kind.PENCE),
    )

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        funds = list(funds_in_order())
        usages = usage_of(funds)
        for fund in funds:
            usage = usages[fund.pk]
            facts = (fund.name, fund.get_kind_display(), fund.get_state_display())
            promise = (usage.standing_promise_pence, usage.written_off_pence)
            money = (usage.received_pence, usage.committed_pence, usage.paid_pence)
            yield *facts, *promise, *money, usage.spent_pence, usage.available_pence


@reports.register
class InstalmentsDue(Report):
    name = "instalments"
    title = "Instalments due and late"
    description = f"What sponsors owe: late instalments and those due in the next {DUE_WITHIN_DAYS} days."
    permission = Permission.SEE_SPONSORSHIPS
    order = 21
    columns = (
        Column("Sponsor"),
        Column("Agreement"),
        Column("For"),
        Column("Due", Kind.DATE),
        Column("Standing"),
        Column("Promised", Kind.PENCE),
        Column("Paid", Kind.PENCE),
        Column("Outstanding", Kind.PENCE),
    )

    def scope(self) -> Sequence[tuple[str, str]]:
        last = today() + dt.timedelta(days=DUE_WITHIN_DAYS)
        return [("Due", f"late, or by {last:%-d %B %Y}")]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for instalment in instalments_due(DUE_WITHIN_DAYS):
            component = instalment.component
            share = component.share
            standing = "Late" if instalment.is_overdue else "Due"
            facts = (share.sponsor_name, f"{share.title} ({share.reference})", component.get_purpose_display())
            money = (instalment.pence, instalment.paid_pence, instalment.outstanding_pence)
            yield *facts, instalment.due_on, standing, *money


@reports.register
class InKindByEmployer(Report):
    name = "in-kind"
    title = "Contributions in kind by employer"
    description = "Approved value of accepted contributions: this academic year, from 1 August, and in all."
    permission = Permission.SEE_CONTRIBUTIONS
    order = 22
    columns = (
        Column("Employer"),
        Column("Contributions", Kind.COUNT),
        Column("This year", Kind.PENCE),
        Column("In all", Kind.PENCE),
    )

    def scope(self) -> Sequence[tuple[str, str]]:
        return [("This year", f"from {academic_year_starts(today()):%-d %B %Y}")]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for given in in_kind_by_employer(since=academic_year_starts(today())):
            yield given.employer, given.contributions, given.since_pence, given.all_pence


@reports.register
class Journal(Report):
    name = "journal"
    title = "Journal of all funds"
    description = (
        "Every line of every entry, fund by fund in the order it was written. Amounts out of a bucket are negative."
    )
    permission = Permission.SEE_FUNDS
    order = 23
    columns = (
        Column("Fund"),
        Column("Line", Kind.COUNT),
        Column("Day", Kind.DATE),
        Column("Entry"),
        Column("Bucket"),
        Column("Amount", Kind.PENCE),
        Column("Memo"),
        Column("By"),
        Column("Written", Kind.MOMENT),
        Column("Entry ID"),
    )

    def query(self) -> QuerySet:
        lines = Posting.objects.filter(institute=acting_institute()).order_by("fund_id", "sequence")
        kind, bucket = label_of("kind", EntryKind.choices), label_of("bucket", Bucket.choices)
        facts = ("fund__name", "sequence", "occurred_on", kind, bucket, "pence")
        return lines.values_list(
            *facts, "entry__memo", Coalesce("entry__by__name", Value("")), "entry__at", Cast("entry_id", CharField())
        )
