"""A document as an Excel workbook: a sheet per table with typed cells, and one that says what it is.

Text is always written as text, so that a name that begins with "=" is a name; money is a number of pounds, days and
moments are dates. Rows are written as they come, into temporary files; only the packed file is held in memory.
"""

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from crm.base.clock import LONDON
from crm.base.errors import OverLimit
from crm.core.documents import Document, Section
from crm.core.reports import Cell, Column, Kind

MOST = 200_000  # rows of a sheet: a quarter of a minute's work; the CSV file has no limit
LONGEST = 32_767  # characters that a cell of Excel holds
_CUT = "… (the CSV file has the whole text)"
_WIDTHS = {Kind.PENCE: 14, Kind.DATE: 13, Kind.MOMENT: 18, Kind.COUNT: 11, Kind.TEXT: 28}
_NUMBERS = {Kind.PENCE: "#,##0.00", Kind.DATE: "d mmm yyyy", Kind.MOMENT: "d mmm yyyy hh:mm", Kind.COUNT: "#,##0"}
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def write_workbook(document: Document) -> bytes:
    """The workbook as a file. Raises OverLimit when a table has more than MOST rows."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        created = document.as_of.astimezone(LONDON).replace(tzinfo=None)
        workbook.set_properties({"title": document.title, "author": document.owner, "created": created})
        names = _sheet_names(document)
        for section in document.sections:
            _write_section(workbook, next(names), section)
        _write_about(workbook, document)
    return file.getvalue()


def _sheet_names(document: Document) -> Iterator[str]:
    """A name of at most 31 characters per section, none twice."""
    taken = {"about"}
    for section in document.sections:
        words = _NOT_IN_A_SHEET_NAME.sub(" ", section.heading or document.title).split()
        base = " ".join(words)[:31].strip("' ") or "Table"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base[:27]} ({number})"
        taken.add(name.casefold())
        yield name


def _write_section(workbook: Workbook, name: str, section: Section) -> None:
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    formats = [workbook.add_format({"num_format": _NUMBERS.get(c.kind, "@")}) for c in section.columns]
    for at, column in enumerate(section.columns):
        sheet.set_column(at, at, _WIDTHS[column.kind])
        sheet.write_string(0, at, column.csv_head, head)
    number = 0
    for number, row in enumerate(section.rows, start=1):
        if number > MOST:
            raise OverLimit(
                f"This has more than {MOST:,} rows, too many for a workbook. Download the CSV file instead."
            )
        for at, (column, value) in enumerate(zip(section.columns, row, strict=True)):
            _write_cell(sheet, number, at, column, value, formats[at])
    if number:
        sheet.autofilter(0, 0, number, len(section.columns) - 1)


def _write_cell(sheet: Worksheet, row: int, at: int, column: Column, value: Cell, look: Any) -> None:
    """By the column's kind, never by what a text looks like."""
    if value is None or value == "":
        return
    if column.kind == Kind.PENCE:
        sheet.write_number(row, at, value / 100, look)
    elif column.kind == Kind.COUNT:
        sheet.write_number(row, at, value, look)
    elif column.kind == Kind.MOMENT:
        sheet.write_datetime(row, at, value.astimezone(LONDON).replace(tzinfo=None, microsecond=0), look)
    elif column.kind == Kind.DATE and isinstance(value, dt.date):
        sheet.write_datetime(row, at, dt.datetime.combine(value, dt.time.min), look)
    else:
        sheet.write_string(row, at, _fitting(str(value)), look)


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


def _write_about(workbook: Workbook, document: Document) -> None:
    sheet = workbook.add_worksheet("About")
    label, words = workbook.add_format({"bold": True, "valign": "top"}), workbook.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    facts = [
        ("Report", document.title),
        ("From", document.owner),
        ("What it holds", document.description),
        ("Figures of", document.as_of_words),
        *document.scope,
        *((section.heading, section.note) for section in document.sections),
        *document.prose,
    ]
    for row, (name, said) in enumerate(pair for pair in facts if pair[1]):
        sheet.write_string(row, 0, _fitting(name), label)
        sheet.write_string(row, 1, _fitting(said), words)
