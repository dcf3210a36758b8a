"""The sponsor's report as a page and as files with the same numbers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from crm.core.downloads import csv_response, pdf_response, xlsx_response
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.charts import Bar, Chart, by_category, by_period
from sponsorships.portal.document import HOW_COUNTED, NAME, by_institute, document_of, lede, promise_note
from sponsorships.portal.figures import headline
from sponsorships.portal.rows import HEADS, report_rows
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
        institutes = by_institute(report)
        context = self.get_context(
            report=report,
            headline=headline(report),
            lede=lede(report),
            usage=report.usage,
            promise_note=promise_note(report),
            by_institute=institutes,
            institute_rows=[list(zip(institutes.columns, row, strict=True)) for row in institutes.rows],
            terms=_terms_chart(report.by_term),
            purposes=_purposes_chart(report.by_purpose),
            how_counted=HOW_COUNTED,
            csv_url=reverse("portal:report_csv"),
            xlsx_url=reverse("portal:report_xlsx"),
            pdf_url=reverse("portal:report_pdf"),
        )
        return self.render(context)


class ReportFile(PortalPage):
    """Base of the page's numbers as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = sponsor_report(request.user)
        if report is None:
            raise Http404
        return self.file(report)

    def file(self, report: SponsorReport) -> HttpResponse:
        raise NotImplementedError


class ReportCsv(ReportFile):
    def file(self, report: SponsorReport) -> HttpResponse:
        return csv_response(NAME, HEADS, report_rows(report))


class ReportXlsx(ReportFile):
    def file(self, report: SponsorReport) -> HttpResponse:
        return xlsx_response(document_of(report))


class ReportPdf(ReportFile):
    def file(self, report: SponsorReport) -> HttpResponse:
        return pdf_response(document_of(report))


def _terms_chart(groups: list[Group]) -> Chart | None:
    bars = [Bar(group.label, group.pence) for group in groups]
    return by_period("Bursaries paid by term", bars, name="terms") if bars else None


def _purposes_chart(groups: list[Group]) -> Chart | None:
    bars = [Bar(group.label, group.pence) for group in groups]
    return by_category("What bursaries paid for", bars, name="purposes") if bars else None
