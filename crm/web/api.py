"""Reports for other programs: the rows of the page, narrowed by the same parameters."""

from itertools import islice
from typing import Any

from django import forms
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from crm.core.api.fields import Answer, Moment
from crm.core.api.operations import asks
from crm.core.api.problems import Problem
from crm.core.api.resources import Resource
from crm.core.registry import api_resources, reports
from crm.core.reports import Cell, Column, Kind, Report
from crm.identity.roles import Permission

AT_ONCE = 1_000  # rows of an answer


class NarrowedAnswer(Answer):
    """What the rows are narrowed to, in words."""

    label = serializers.CharField()
    words = serializers.CharField()


class ColumnAnswer(Answer):
    """A column: its head and what it holds (text, pence, date, moment or count)."""

    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])


class ReportAnswer(Answer):
    """A report: up to a thousand of its rows. The same as its page and its files hold."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    narrowed_to = NarrowedAnswer(many=True)
    columns = ColumnAnswer(many=True)
    rows = serializers.ListField(
        child=serializers.ListField(), help_text="A value per column: pence as a whole number."
    )
    has_more = serializers.BooleanField(help_text="Ask for the next `page`.")


class ReportShort(Answer):
    """A report that the token may read, and what it can be narrowed by."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    parameters = serializers.ListField(child=serializers.CharField())


class ReportQuery(forms.Form):
    """Which report, and what to narrow it to; each report takes some of the parameters and refuses the others."""

    report = forms.CharField(max_length=60, help_text="Its name, as the list of reports says it.")
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, help_text="From 1.")
    year = forms.CharField(
        required=False,
        help_text="academic-2025: 1 August 2025 to 31 July 2026. financial-2025: 1 April 2025 to 31 March.",
    )
    since = forms.CharField(required=False, help_text="The first day, as 2025-09-01.")
    until = forms.CharField(required=False, help_text="The last day, included.")
    fund = forms.CharField(required=False, help_text="The id of a fund.")
    agreement = forms.CharField(required=False, help_text="The id of an agreement.")


@api_resources.register
class Reports(Resource):
    """Reports on the institute's own records."""

    path, label, order = "reports", "Reports", 80
    permission = Permission.SEE_REPORTS
    answer = ReportAnswer
    has_list = has_rows = False

    @asks("names", permission=Permission.SEE_REPORTS, answer=ReportShort)
    def names(self) -> list[dict[str, Any]]:
        """List the reports that may be read, with what each can be narrowed by."""
        return [
            {
                "name": report.name,
                "title": report.title,
                "description": report.description,
                "parameters": list(report.filter_class.base_fields),
            }
            for report in reports
            if self.may(report)
        ]

    @asks("rows", permission=Permission.SEE_REPORTS, answer=ReportAnswer, filters=ReportQuery)
    def read(self, filters: dict[str, Any]) -> dict[str, Any]:
        """Read the rows of a report, narrowed as its page would be.

        For all rows of a very long one its CSV file is better: the database streams it.
        """
        report = self._report(filters)
        first = ((filters["page"] or 1) - 1) * AT_ONCE
        rows = list(islice(report.rows(), first, first + AT_ONCE + 1))
        return {
            "name": report.name,
            "title": report.title,
            "description": report.description,
            "narrowed_to": [{"label": label, "words": words} for label, words in report.narrowed()],
            "columns": report.columns,
            "rows": [_plain(report.columns, row) for row in rows[:AT_ONCE]],
            "has_more": len(rows) > AT_ONCE,
        }

    def may(self, report: type[Report]) -> bool:
        """Whether the token has the report's own right too."""
        return self.request._request.may(report.permission)

    def _report(self, filters: dict[str, Any]) -> Report:
        found: type[Report] | None = reports.get(filters["report"])
        if found is None:
            said = "There is no such report. The list of reports names them."
            raise Problem("bad_parameter", errors=[_fault("report", "unknown", said)])
        if not self.may(found):
            raise PermissionDenied
        asked = {name: filters[name] for name in ("year", "since", "until", "fund", "agreement") if filters[name]}
        report = found(asked)
        wrong = [
            _fault(name, "unknown", f"“{found.title}” is not narrowed by this.")
            for name in asked
            if name not in report.form.fields
        ]
        wrong += [
            _fault(name, error.code or "invalid", " ".join(error.messages))
            for name, errors in report.form.errors.as_data().items()
            for error in errors
        ]
        if wrong:
            raise Problem("bad_parameter", errors=wrong)
        return report


def _fault(parameter: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": parameter, "code": code, "detail": detail}


def _plain(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> list[Any]:
    """Dates and moments as ISO 8601, moments in UTC as elsewhere in the API."""
    return [
        value if value is None or column.kind not in (Kind.DATE, Kind.MOMENT) else _iso(column, value)
        for column, value in zip(columns, row, strict=True)
    ]


def _iso(column: Column, value: Any) -> str:
    if column.kind == Kind.DATE:
        return value.isoformat()
    return Moment().to_representation(value)
