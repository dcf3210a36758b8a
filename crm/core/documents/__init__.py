"""What a report is when it leaves the page: titled tables, with charts and a few figures, for a workbook or a PDF.

Plain data, ready to write: the same document gives the same bytes. crm.core.documents.xlsx and .pdf write it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.base.clock import LONDON
from crm.core.reports import Cell, Column

TOGETHER = "Together"  # how the row of sums is called


@dataclass(frozen=True)
class Bars:
    """A bar chart of amounts in pence, drawn above the table that holds the same numbers.

    Upright bars are periods in their order, lying ones are categories.
    """

    bars: Sequence[tuple[str, int]]
    upright: bool = True


@dataclass(frozen=True)
class Section:
    """One table. `heading` may be empty where the document has only one; `empty` is said when there are no rows.

    `has_total`: the last row is the sum of those before it.
    """

    heading: str
    columns: Sequence[Column]
    rows: Iterable[tuple[Cell, ...]]
    note: str = ""
    empty: str = "There are no rows today."
    bars: Bars | None = None
    has_total: bool = False


@dataclass(frozen=True)
class Document:
    """A title, whose figures they are and of which moment, what they were narrowed to, and the tables.

    `name` becomes the file's name. `stats` are few figures in large type: label, words, note. `prose` is said at the
    end, a heading and a paragraph each.
    """

    name: str
    title: str
    owner: str
    as_of: dt.datetime
    sections: Sequence[Section]
    description: str = ""
    scope: Sequence[tuple[str, str]] = ()
    stats: Sequence[tuple[str, str, str]] = ()
    prose: Sequence[tuple[str, str]] = ()

    @property
    def as_of_words(self) -> str:
        """`24 November 2026, 14:05`, in London."""
        return f"{self.as_of.astimezone(LONDON):%-d %B %Y, %H:%M}"
