"""Files that people take away: CSV, and the answers that carry a workbook or a PDF."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from crm.core.documents import Document
from crm.core.documents.pdf import write_pdf
from crm.core.documents.xlsx import write_workbook

BYTE_ORDER_MARK = "\ufeff".encode()  # so that Excel reads pounds signs
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A spreadsheet would run a text that begins like this (OWASP ASVS 5.0, 1.2.10; full-width forms as well).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file to save as `name`.csv, in UTF-8. Heads are made safe too: those of an import's rows are its file's."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([safe_cell(cell) for cell in row] for row in itertools.chain([heads], rows))
    return HttpResponse(BYTE_ORDER_MARK + out.getvalue().encode(), headers=csv_headers(name))


def csv_headers(name: str) -> dict[str, str]:
    """Of an answer that is saved as `name`.csv."""
    return _headers(f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_response(document: Document) -> HttpResponse:
    """The document as an Excel workbook. Raises OverLimit when it has too many rows for one."""
    return HttpResponse(write_workbook(document), headers=_headers(f"{document.name}.xlsx", _XLSX))


def pdf_response(document: Document) -> HttpResponse:
    """The document as a tagged PDF."""
    return HttpResponse(write_pdf(document), headers=_headers(f"{document.name}.pdf", "application/pdf"))


def _headers(name: str, content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type, "Content-Disposition": f'attachment; filename="{name}"'}
