"""The sponsor's report as a page and as a file with the same numbers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from crm.core.downloads import csv_response
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.charts import Bar, Chart, by_category, by_period
from sponsorships.portal.rows import report_rows
from sponsorships.reads.disclosure import Group
from sponsorships.reads.sponsor_report import SponsorReport, sponsor_report


class PortalPage(Page):
    """Base of the portal: outside any institute, reading those that granted this person a view."""

    permission = Permission.SEE_PORTAL
    needs_institute = False


class Report(PortalPage):
    """Where the money went."""

    template_name = "sponsorships/portal/report.html"
    title = "Your sponsorship"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = sponsor_report(request.user)
        if report is None:
            return self.render(self.get_context(), template="sponsorships/portal/nothing_yet.html")
        context = self.get_context(
            report=report,
            headline=headline(report),
            usage=report.usage,
            terms=_terms_chart(report.by_term),
            purposes=_purposes_chart(report.by_purpose),
            csv_url=reverse("portal:report_csv"),
        )
        return self.render(context)


class ReportFile(PortalPage):
    """The numbers of the page, as CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = sponsor_report(request.user)
        if report is None:
            raise Http404
        return csv_response(
            "sponsorship-report", ["Figure", "Where", "Amount in pounds", "Number"], report_rows(report)
        )


def headline(report: SponsorReport) -> str:
    """One sentence that says what came of it."""
    if report.learners:
        return f"Your fund has helped about {report.learners} learners stay on their course"
    return "Your fund is helping learners stay on their course"


def _terms_chart(groups: list[Group]) -> Chart | None:
    bars = [Bar(group.label, group.pence) for group in groups]
    return by_period("Bursaries paid by term", bars, name="terms") if bars else None


def _purposes_chart(groups: list[Group]) -> Chart | None:
    bars = [Bar(group.label, group.pence) for group in groups]
    return by_category("What bursaries paid for", bars, name="purposes") if bars else None
