"""Reports: the list of those a person may see, and for each a page and its files."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from crm.base.errors import OverLimit
from crm.core.downloads import csv_response, pdf_response, xlsx_response
from crm.core.registry import reports
from crm.core.reports import Cell, Column, Report
from crm.core.streaming import streamed_csv
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web.prepared import AT_ONCE, ask_for_file
from crm.web.report_documents import document_of, file_name_of

MOST = 200  # rows on the page; the file has them all


class Reports(Page):
    """Every report whose own permission the person has."""

    permission = Permission.SEE_REPORTS
    template_name = "web/reports.html"
    title = "Reports"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        mine = [report for report in reports if self.request.may(report.permission)]
        return super().get_context(reports=mine, **extra)


class _OneReport(Page):
    permission = Permission.SEE_REPORTS

    def prepare(self) -> None:
        """A report needs its own right beside that to see reports."""
        found: type[Report] | None = reports.get(self.kwargs["name"])
        if found is None:
            raise Http404
        if not self.request.may(found.permission):
            raise PermissionDenied
        self.report = found(self.request.GET)
        self.title = found.title


class ShowReport(_OneReport):
    """The first rows as a table."""

    template_name = "web/report.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.render(self.get_context(), status=200 if self.report.is_answerable else 422)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        is_answerable = self.report.is_answerable
        rows = list(islice(self.report.rows(), MOST + 1)) if is_answerable else []
        return super().get_context(
            report=self.report,
            rows=[_cells(self.report.columns, row) for row in rows[:MOST]],
            has_more=len(rows) > MOST,
            most=MOST,
            narrowed=self.report.narrowed() if is_answerable else [],
            asked=self.report.form.query_string(),
            **extra,
        )


class _Download(_OneReport):
    """All rows as a file, the same ones in the same order as on the page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.report.is_answerable:  # the page says at which field
            return HttpResponseRedirect(self.page_url())
        try:
            return self.file()
        except OverLimit as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(self.page_url())

    def page_url(self) -> str:
        """The page of the same rows."""
        asked = self.report.form.query_string()
        return reverse("report", args=[self.report.name]) + (f"?{asked}" if asked else "")

    def file(self) -> HttpResponseBase:
        raise NotImplementedError


class ReportCsv(_Download):
    def file(self) -> HttpResponseBase:
        columns, query = self.report.columns, self.report.query()
        name = file_name_of(self.report, self.request.institute)
        if query is not None:
            return streamed_csv(name, columns, query)
        heads = [column.csv_head for column in columns]
        lines = ([c.csv_cell(value) for c, value in zip(columns, row, strict=True)] for row in self.report.rows())
        return csv_response(name, heads, lines)


class ReportXlsx(_Download):
    def file(self) -> HttpResponseBase:
        return xlsx_response(document_of(self.report, self.request.institute))


class ReportPdf(_Download):
    """A short one at once; a long one is made by a worker, and its page says when it is ready."""

    def file(self) -> HttpResponseBase:
        rows = list(islice(self.report.rows(), AT_ONCE + 1))
        if len(rows) <= AT_ONCE:
            return pdf_response(document_of(self.report, self.request.institute, rows))
        asked_for = ask_for_file(report=self.report, by=self.request.user)
        return HttpResponseRedirect(reverse("prepared_file", args=[asked_for.pk]))


def _cells(columns: Sequence[Column], row: tuple[Cell, ...]) -> list[tuple[Column, Cell]]:
    return list(zip(columns, row, strict=True))
