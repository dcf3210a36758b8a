"""Lists that people take away: a page, and CSV, Excel and PDF files of the same rows.

An app declares its reports in `<app>/reports.py`; crm.web shows them. docs/how-to/report.md tells how.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from crm.base.clock import LONDON
from crm.base.money import format_pounds
from crm.core.report_filters import Period, ReportFilters
from crm.identity.roles import Permission

AT_ONCE = 2000  # rows held in memory while a file is written

Cell = str | int | dt.date | dt.datetime | None


class Kind(StrEnum):
    """What a column holds, and so how it is shown and written."""

    TEXT = "text"
    PENCE = "pence"
    DATE = "date"
    MOMENT = "moment"
    COUNT = "count"


@dataclass(frozen=True)
class Column:
    """One column: its head and what it holds."""

    label: str
    kind: Kind = Kind.TEXT

    @property
    def is_number(self) -> bool:
        """Whether figures of the column stand under each other, at the end of the cell."""
        return self.kind in (Kind.PENCE, Kind.COUNT)

    @property
    def csv_head(self) -> str:
        """The head in a file, which has no pounds sign in its cells."""
        return f"{self.label} (£)" if self.kind == Kind.PENCE else self.label

    def csv_cell(self, value: Cell) -> str | int | dt.date | Decimal:
        """As a spreadsheet reads it: pounds with two decimals, dates as 2026-11-24, moments as 2026-11-24 14:05:09 in
        London, nothing for None."""
        if value is None:
            return ""
        if self.kind == Kind.PENCE:
            return Decimal(int(value)).scaleb(-2)
        return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M:%S}" if self.kind == Kind.MOMENT else value

    def words(self, value: Cell, *, exact: bool = False) -> str:
        """As a reader sees it: £1,234 (with pence when `exact` or odd), 24 Nov 2026, 24 Nov 2026 14:05, 1,234."""
        if value is None:
            return ""
        if self.kind == Kind.PENCE:
            return format_pounds(int(value), exact=exact)
        if self.kind == Kind.DATE:
            return f"{value:%-d %b %Y}"
        if self.kind == Kind.MOMENT:
            return f"{value.astimezone(LONDON):%-d %b %Y %H:%M}"
        return f"{value:,}" if self.kind == Kind.COUNT else str(value)


class Report:
    """Base of a report; register the subclass with `reports.register`.

    `name` stands in the address and never changes. `rows` yields one tuple per row, a value per column, in the order
    the reader wants them; it asks a constant number of queries and reads the institute in the context alone. A report
    of which there may be very many rows gives `query` instead.

    `asked` is the query string of the page: what its `filter_class` reads from it narrows the rows. Ask `is_answerable`
    first; of a question that cannot be answered the form has the errors and there are no rows.
    """

    name: str
    title: str
    description: str
    permission: Permission
    columns: Sequence[Column]
    order = 100
    filter_class: type[ReportFilters] = ReportFilters

    def __init__(self, asked: Mapping[str, Any] | None = None) -> None:
        self.form = self.filter_class(asked or {})
        self.is_answerable = self.form.is_valid()

    @property
    def filters(self) -> dict[str, Any]:
        """What was asked, clean."""
        return self.form.cleaned_data

    @property
    def period(self) -> Period:
        """From when to when; an empty one where that was not asked."""
        return self.filters.get("period") or Period()

    def narrowed(self) -> list[tuple[str, str]]:
        """All that its rows are narrowed to, asked for or by itself, as label and words."""
        return [*self.form.words(), *self.scope()]

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        """All rows. Pence for money, a date or None for dates, an aware datetime for moments."""
        query = self.query()
        if query is None:
            raise NotImplementedError
        return query.iterator(AT_ONCE)

    def query(self) -> QuerySet | None:
        """Instead of `rows`, where there may be very many: one values_list, a value per column. The CSV file is then
        streamed by the database (crm.core.streaming)."""
        return None

    def scope(self) -> Sequence[tuple[str, str]]:
        """What the rows are narrowed to beside what was asked, as label and words. With that it stands on the page, at
        the head of a PDF and in a workbook."""
        return ()


def label_of(field: str, choices: Iterable[tuple[str, str]]) -> Case:
    """For `query`: the words of a choice, as get_FOO_display says them."""
    known = [When(**{field: value}, then=Value(str(label))) for value, label in choices]
    return Case(*known, default=F(field), output_field=CharField())
