"""Reports: the list of those a person may see, and one page and one file for each."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from crm.base.clock import today
from crm.core.downloads import csv_response
from crm.core.registry import reports
from crm.core.reports import Cell, Column, Report
from crm.core.views import Page
from crm.identity.roles import Permission

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
        self.report = found()
        self.title = found.title


class ShowReport(_OneReport):
    """The first rows as a table."""

    template_name = "web/report.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        rows = list(islice(self.report.rows(), MOST + 1))
        shown = [_cells(self.report.columns, row) for row in rows[:MOST]]
        return super().get_context(report=self.report, rows=shown, has_more=len(rows) > MOST, most=MOST, **extra)


class DownloadReport(_OneReport):
    """All rows as CSV, the same ones in the same order."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        columns = self.report.columns
        heads = [column.csv_head for column in columns]
        lines = ([c.csv_cell(value) for c, value in zip(columns, row, strict=True)] for row in self.report.rows())
        return csv_response(f"{self.report.name}-{request.institute.code}-{today():%Y-%m-%d}", heads, lines)


def _cells(columns: Sequence[Column], row: tuple[Cell, ...]) -> list[tuple[Column, Cell]]:
    return list(zip(columns, row, strict=True))
