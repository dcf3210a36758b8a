"""A document as a tagged PDF (PDF/UA-1), set by Typst from one template, report.typ.

Every value goes in as data, so text that looks like markup stays text. Nothing is fetched: fonts come from wheels and
the template uses no package. The same document gives the same bytes.
"""

import json
import logging
import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import typst

from crm.base.clock import LONDON
from crm.base.money import format_pounds
from crm.core.documents import Bars, Document, Section
from crm.core.documents.glyphs import drawable, families, font_files, plain
from crm.core.documents.tags import with_row_headers
from crm.core.reports import Cell, Column, Kind

log = logging.getLogger(__name__)

MOST = 2_000  # rows of a table: 65 pages, seconds of work. A printed list beyond that is no use

_TEMPLATE = Path(__file__).parent / "report.typ"
_WIDE = 105  # characters side by side, gaps included, from which on the page is turned
_GAP = 2
_LONG_WORD = re.compile(r"\S{30,}")
_BREAKS = re.compile(r"[-/_.@:,;]|[^\W_]{12}(?=[^\W_])")
_SHORT = 10
_LIVELY = 60  # the longest text that still widens its column
_CUT = "The first {most} rows. The CSV and Excel files have all of them."
_NUMBERS = (
    "Characters that no font here can draw are written as their Unicode numbers, such as [U+4E2D]. The page and the CSV"
    " and Excel files have them as they were entered."
)


def write_pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 with title, language, tags, headers of columns and rows, and alternative text."""
    data = _Writer().document(document)
    moment = int(document.as_of.timestamp())
    try:
        return _set(data, moment)
    except typst.TypstError:
        # A sequence that we took for drawable and the typesetter cannot set: rather numbers than no report.
        log.warning("a PDF was set again without characters beyond Latin-1", exc_info=True)
        return _set(_plain(data) | {"note": _NUMBERS}, moment)


def _set(data: dict[str, Any], moment: int) -> bytes:
    written = typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=moment,
    )
    return with_row_headers(written)


def _plain(data: Any) -> Any:
    if isinstance(data, str):
        return plain(data)
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, list | tuple) else data


@cache
def _fonts() -> typst.Fonts:
    folders = list(dict.fromkeys(str(path.parent) for path in font_files()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


class _Writer:
    """Turns a document into what the template reads, and notes whether a character had to be written as a number."""

    def __init__(self) -> None:
        self.has_numbers = False

    def document(self, document: Document) -> dict[str, Any]:
        sections = [self.section(section) for section in document.sections]
        local = document.as_of.astimezone(LONDON)
        data = {
            "families": families(),
            "title": self.text(document.title),
            "owner": self.text(document.owner),
            "description": self.text(document.description),
            "date": [local.year, local.month, local.day, local.hour, local.minute],
            "facts": self.texts([("Figures of", document.as_of_words), *document.scope]),
            "stats": self.texts(document.stats),
            "sections": sections,
            "landscape": any(section.pop("wide") for section in sections),
            "prose": self.texts(document.prose),
        }
        return data | {"note": _NUMBERS if self.has_numbers else ""}

    def section(self, section: Section) -> dict[str, Any]:
        found = list(islice(section.rows, MOST + 1))
        rows = found[:MOST]
        exact = [_has_odd_pence(rows, at) for at in range(len(section.columns))]
        table = [[self.cell(*cell) for cell in zip(section.columns, row, exact, strict=True)] for row in rows]
        widths = [_width(column, [row[at] for row in table]) for at, column in enumerate(section.columns)]
        width = sum(width + _GAP for width in widths)
        return {
            "heading": self.text(section.heading),
            "note": self.text(section.note),
            "cut": _CUT.format(most=f"{MOST:,}") if len(found) > MOST else "",
            "empty": self.text(section.empty),
            "columns": [
                {
                    "label": self.text(column.label),
                    "end": column.is_number,
                    "share": 0 if _is_narrow(column, share) else share,
                }
                for column, share in zip(section.columns, widths, strict=True)
            ],
            "rows": table,
            "total": section.has_total,
            "bars": self.bars(section.heading, section.bars) if section.bars else None,
            "wide": width > _WIDE,
            "slim": width < _WIDE / 2,
        }

    def bars(self, heading: str, chart: Bars) -> dict[str, Any]:
        most = max((pence for _, pence in chart.bars), default=0) or 1
        bars = [[self.text(label), format_pounds(pence), max(0, pence) / most] for label, pence in chart.bars]
        return {"upright": chart.upright, "bars": bars, "alt": self.text(_described(heading, chart))}

    def cell(self, column: Column, value: Cell, exact: bool) -> str:
        return self.text(column.words(value, exact=exact)) or "–"

    def texts(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        return [[self.text(text) for text in row] for row in rows]

    def text(self, text: str) -> str:
        written = drawable(text)
        self.has_numbers = self.has_numbers or written.count("[U+") > text.count("[U+")
        return _LONG_WORD.sub(_breakable, written)


def _breakable(word: re.Match[str]) -> str:
    """A word too long for a narrow column may break, after a sign if it has some, at a zero-width space. The template
    makes that an empty box, so who copies the word copies it whole."""
    return _BREAKS.sub("\\g<0>\u200b", word[0])


def _described(heading: str, chart: Bars) -> str:
    """Sentences, not a list of numbers: those stand in the table below the picture."""
    if not chart.bars:
        return f"Bar chart: {heading}. There is nothing to show yet."
    label, pence = max(chart.bars, key=lambda bar: bar[1])
    many = f"It has {len(chart.bars)} bars" if len(chart.bars) > 1 else "It has one bar"
    return (
        f"Bar chart: {heading}. {many}; the tallest is {label} with {format_pounds(pence)}."
        " The table that follows holds every number."
    )


def _has_odd_pence(rows: Sequence[tuple[Cell, ...]], at: int) -> bool:
    """Whether the amounts of a column need their pence: all are then written with them, to stand under each other."""
    return any(isinstance(row[at], int) and row[at] % 100 for row in rows)


def _is_narrow(column: Column, width: int) -> bool:
    """Columns as wide as what stands in them; the others share what is left, and their words go on below."""
    return column.kind != Kind.TEXT or width <= _SHORT


def _width(column: Column, cells: Sequence[str]) -> int:
    """Characters that a column wants."""
    head = max((len(word) for word in column.label.split()), default=0)
    return max(head + 1, min(_LIVELY, max(map(len, cells), default=0)), 6)
