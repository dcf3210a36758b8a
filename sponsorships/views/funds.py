"""Funds: the list, one fund, its journal, opening and closing."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.clock import academic_year, today
from crm.core.views import ActionView, FormPage, ListPage, Page
from crm.identity.roles import Permission
from crm.outbox.models import TimelineItem
from crm.web.charts import Bar, Chart, by_period
from crm.web.timeline import folded, lines_of
from sponsorships.actions.funds import close_fund, open_fund, pause_fund, reopen_fund
from sponsorships.forms.funds import FundForm
from sponsorships.models import AgreementsProof, Fund, LedgerProof
from sponsorships.reads.awards import awards_of
from sponsorships.reads.figures import FIGURES, figures_of
from sponsorships.reads.funds import (
    UsageMonth,
    added_up,
    fund_usage,
    funds_in_order,
    usage_by_month,
    usage_of,
)
from sponsorships.reads.journal import balances_agree, entries_of, journal_rows

SHOWN_AWARDS = 10
SHOWN_EVENTS, READ_EVENTS = 10, 60


class Funds(ListPage):
    """Every fund with what it has left."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/funds/list.html"
    title = "Funds"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[Fund]:
        return funds_in_order().visible_to(self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        usages = usage_of(extra["page"].object_list)
        rows = [{"fund": fund, "usage": usages[fund.pk]} for fund in extra["page"].object_list]
        proofs = {"proof": LedgerProof.objects.first(), "agreements_proof": AgreementsProof.objects.first()}
        return super().get_context(rows=rows, total=added_up(usages.values()), **proofs, **extra)


class OpenFund(FormPage):
    permission = Permission.RUN_FUNDS
    template_name = "sponsorships/funds/form.html"
    title = "Open a fund"
    form_class = FundForm
    success_message = "Fund opened. It fills when a receipt is matched, or with a gift."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"institute": self.request.institute}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Open the fund", back_url=reverse("sponsorships:funds"), **extra)

    def act(self, form: FundForm) -> str:
        return reverse("sponsorships:fund", args=[open_fund(**form.cleaned_data, by=self.request.user).pk])


class FundPage(Page):
    """Base of pages about one fund (`self.fund`)."""

    def prepare(self) -> None:
        visible = Fund.objects.visible_to(self.request.user).select_related("recipient")
        self.fund = get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(fund=self.fund, back_url=self.fund_url(), **extra)

    def fund_url(self) -> str:
        return reverse("sponsorships:fund", args=[self.fund.pk])


class ShowFund(FundPage):
    """Figures by name, usage by month, awards, timeline."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/funds/fund.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        usage = fund_usage(self.fund)
        years = usage_by_month(self.fund)
        wanted = self._year({month.academic_year for month in years})
        months = [month for month in years if month.academic_year == wanted]
        awards = list(awards_of(self.fund)[: SHOWN_AWARDS + 1])
        timeline = TimelineItem.objects.filter(subject_type="sponsorships.fund", subject_id=self.fund.pk)
        return super().get_context(
            title=self.fund.name,
            usage=usage,
            balances=figures_of(usage, balances=True),
            gross=figures_of(usage, balances=False),
            year=wanted,
            other_years=sorted({month.academic_year for month in years} - {wanted}, reverse=True),
            months=months,
            figure=_chart(self.fund, months, wanted),
            awards=awards[:SHOWN_AWARDS],
            has_more_awards=len(awards) > SHOWN_AWARDS,
            timeline=folded(lines_of(timeline[:READ_EVENTS]))[:SHOWN_EVENTS],
            **extra,
        )

    def _year(self, known: set[str]) -> str:
        """The academic year asked for if there is one, else this one, else the last with entries."""
        asked, this = self.request.GET.get("year", ""), academic_year(today())
        return next((year for year in (asked, this) if year in known), max(known, default=this))


def _chart(fund: Fund, months: list[UsageMonth], year: str) -> Chart:
    is_bursary = fund.kind == Fund.Kind.BURSARY
    bars = [
        # Payments that failed, or a cost reversed, in a later month can turn that month negative.
        Bar(f"{month.month:%b}", month.paid_pence if is_bursary else month.spent_pence)
        for month in months
    ]
    return by_period(f"{'Paid' if is_bursary else 'Spent'} by month, {year}", bars, name="by-month")


class FundAwards(FundPage, ListPage):
    """Every award of a fund."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/funds/awards.html"
    title = "Awards"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return awards_of(self.fund)


class Journal(FundPage):
    """The fund's entries, newest first, with what was available after each, and the proof that they add up."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/funds/journal.html"
    title = "Journal"
    per_page = 50

    def get_context(self, **extra: Any) -> dict[str, Any]:
        page = Paginator(entries_of(self.fund), self.per_page).get_page(self.request.GET.get("page"))
        return super().get_context(
            page=page,
            rows=journal_rows(self.fund, list(page.object_list)),
            is_proven=balances_agree(self.fund),
            held=self.fund.held(),
            **extra,
        )


class Counted(FundPage):
    """How each figure is counted."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/funds/counted.html"
    title = "How this is counted"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(figures=FIGURES, **extra)


class ChangeState(FundPage, ActionView):
    """Pause, open again or close."""

    permission = Permission.RUN_FUNDS
    steps = {"pause": pause_fund, "reopen": reopen_fund, "close": close_fund}

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["step"] not in self.steps:
            raise Http404

    def act(self) -> str:
        self.steps[self.kwargs["step"]](fund=self.fund, by=self.request.user)
        return self.fund_url()
