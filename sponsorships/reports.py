"""Reports on money promised, received and used, and on gifts in kind."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from crm.base.clock import academic_year, academic_year_starts, today
from crm.base.context import acting_institute
from crm.core.registry import reports
from crm.core.report_filters import Period, PeriodFilters
from crm.core.reports import AT_ONCE, Cell, Column, Kind, Report, label_of
from crm.identity.roles import Permission
from sponsorships.models import AgreementShare, Bucket, EntryKind, Fund, Posting
from sponsorships.reads.agreements import instalments_expected
from sponsorships.reads.contributions import in_kind_by_employer
from sponsorships.reads.funds import funds_in_order, usage_of, usage_within

DUE_WITHIN_DAYS = 90


class _Chosen(forms.ModelChoiceField):
    """One of the institute's own, or all. Anybody else's is answered like one that does not exist."""

    def __init__(self, label: str, everything: str) -> None:
        super().__init__(queryset=None, required=False, label=label, empty_label=everything)
        self.error_messages["invalid_choice"] = f"There is no such {label.lower()} here."

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:  # of what is no id at all, which it would say in other words
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error


class JournalFilters(PeriodFilters):
    """From when to when, and of which fund."""

    fund = _Chosen("Fund", "All funds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.order_by("name", "id")


class InstalmentFilters(JournalFilters):
    """Due from when to when, of which agreement, for which fund."""

    agreement = _Chosen("Agreement", "All agreements")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].to_field_name = "agreement_id"  # as its address and the API know it
        self.fields["agreement"].queryset = AgreementShare.objects.order_by("title", "id")


@reports.register
class FundUse(Report):
    name = "funds"
    title = "Use of funds"
    description = (
        "What each fund was promised, less what was written off, received, committed and paid, and what is available."
    )
    permission = Permission.SEE_FUNDS
    order = 20
    filter_class = PeriodFilters
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

    def scope(self) -> Sequence[tuple[str, str]]:
        if not self.period:
            return ()
        return [("Counted", "money moved in the period; committed and available as at its end")]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        funds = list(funds_in_order())
        period = self.period
        usages = usage_within(funds, since=period.since, until=period.until) if period else usage_of(funds)
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
    description = (
        f"What sponsors owe: late instalments and those due in the next {DUE_WITHIN_DAYS} days, or in a chosen period."
    )
    permission = Permission.SEE_SPONSORSHIPS
    order = 21
    filter_class = InstalmentFilters
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
        if self.period:
            return [("Due", "in the period, and not paid in full")]
        return [("Due", f"late, or by {self._last():%-d %B %Y}")]

    def _last(self) -> dt.date:
        return today() + dt.timedelta(days=DUE_WITHIN_DAYS)

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        days = (self.period or Period(until=self._last())).days("due_on")
        wanted = {"component__share": self.filters["agreement"], "component__fund": self.filters["fund"]}
        found = instalments_expected().filter(days, **{name: row for name, row in wanted.items() if row})
        for instalment in found.iterator(AT_ONCE):
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
    description = (
        "Approved value of accepted contributions by the day they were delivered: this academic year, or in a period"
        " you choose, and in all."
    )
    permission = Permission.SEE_CONTRIBUTIONS
    order = 22
    filter_class = PeriodFilters
    columns = (
        Column("Employer"),
        Column("Contributions", Kind.COUNT),
        Column("In the period", Kind.PENCE),
        Column("In all", Kind.PENCE),
    )

    def scope(self) -> Sequence[tuple[str, str]]:
        if self.period:
            return ()
        return [("Period", f"academic year {academic_year(today())}, {self._this_year().words()}")]

    def _this_year(self) -> Period:
        return Period(since=academic_year_starts(today()))

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        period = self.period or self._this_year()
        for given in in_kind_by_employer(since=period.since, until=period.until):
            yield given.employer, given.contributions, given.period_pence, given.all_pence


@reports.register
class Journal(Report):
    name = "journal"
    title = "Journal of all funds"
    description = (
        "Every line of every entry, fund by fund in the order it was written. Amounts out of a bucket are negative."
    )
    permission = Permission.SEE_FUNDS
    order = 23
    filter_class = JournalFilters
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
        fund = self.filters["fund"]
        lines = Posting.objects.filter(self.period.days("occurred_on"), institute=acting_institute())
        lines = (lines.filter(fund=fund) if fund else lines).order_by("fund_id", "sequence")
        kind, bucket = label_of("kind", EntryKind.choices), label_of("bucket", Bucket.choices)
        facts = ("fund__name", "sequence", "occurred_on", kind, bucket, "pence")
        return lines.values_list(
            *facts, "entry__memo", Coalesce("entry__by__name", Value("")), "entry__at", Cast("entry_id", CharField())
        )
