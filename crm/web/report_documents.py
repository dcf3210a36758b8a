"""A report as a document, for the files that people take away: made in a request, or by a worker if it takes long."""

from collections.abc import Iterable

from crm.base.clock import now, today
from crm.core.documents import Document, Section
from crm.core.reports import Cell, Report
from crm.identity.models import Institute


def file_name_of(report: Report, institute: Institute) -> str:
    """How a file of the report is called, without its ending."""
    return f"{report.name}{report.form.slug()}-{institute.code}-{today():%Y-%m-%d}"


def document_of(report: Report, institute: Institute, rows: Iterable[tuple[Cell, ...]] | None = None) -> Document:
    """The report with its rows (those given, else all) as they are now."""
    return Document(
        name=file_name_of(report, institute),
        title=report.title,
        owner=institute.name,
        as_of=now(),
        sections=[Section("", report.columns, report.rows() if rows is None else rows)],
        description=report.description,
        scope=report.narrowed(),
    )
