"""What a PDF report costs: our document, against Typst alone setting the same table.

    python -m benchmarks.pdf --rows 40,200,2000

Ours begins with the report's rows: words for each cell, characters looked up in the fonts, the one template, tags. The
peer is handed the finished words and sets a heading and a plain table of them with the same fonts, as PDF/UA-1 too.
Both in this process, warm; every round has another title, so nothing is taken from Typst's memory of the last one.
Sides take turns; the medians are compared. Exit code 1 above the limit.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
django.setup()

import typst  # noqa: E402
from pypdfium2 import PdfDocument  # noqa: E402

from crm.core.documents import Document, Section  # noqa: E402  the fonts need the settings above
from crm.core.documents.glyphs import families, font_files  # noqa: E402
from crm.core.documents.pdf import write_pdf  # noqa: E402
from crm.core.reports import Column, Kind  # noqa: E402

LIMIT = 2.0
AS_OF = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MONEY = ("Promised", "Received", "Committed", "Paid", "Spent", "Available")
COLUMNS = (Column("Fund"), Column("Kind"), Column("Closes", Kind.DATE), *(Column(name, Kind.PENCE) for name in MONEY))
BARE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: 2026, month: 11, day: 22))
#set page(paper: "a4", flipped: true, margin: 18mm)
#set text(font: data.families, size: 8.5pt, lang: "en", region: "GB")
= #data.title
#table(columns: data.head.len(), table.header(..data.head), ..data.rows.flatten())
"""


def rows_of(count: int) -> list[tuple]:
    """Funds with names and amounts of usual length."""
    closes = dt.date(2027, 7, 31)
    return [
        (f"Travel bursaries of Sponsor {n}", "Bursaries", closes, *(n * 12_345 + 97 * m for m in range(len(MONEY))))
        for n in range(count)
    ]


class Bench:
    """Both sides over the same rows."""

    def __init__(self, count: int, folder: Path) -> None:
        self.rows = rows_of(count)
        self.words = [[c.words(v, exact=True) for c, v in zip(COLUMNS, row, strict=True)] for row in self.rows]
        self.template = folder / "bare.typ"
        self.template.write_text(BARE)
        folders = list({str(path.parent) for path in font_files()})
        self.fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)

    def ours(self, title: str) -> bytes:
        return write_pdf(Document("x", title, "Benchmark Institute", AS_OF, [Section("", COLUMNS, self.rows)]))

    def bare(self, title: str) -> bytes:
        facts = {"title": title, "families": families(), "head": [c.label for c in COLUMNS], "rows": self.words}
        data = {"data": json.dumps(facts)}
        return typst.compile(str(self.template), font_paths=self.fonts, pdf_standards=["ua-1"], sys_inputs=data)


def timed(write: Callable[[str], bytes], title: str) -> float:
    started = time.perf_counter()
    write(title)
    return (time.perf_counter() - started) * 1000


def measure(count: int, pairs: int, folder: Path) -> bool:
    """One size: take turns, print. Whether it held."""
    bench = Bench(count, folder)
    ours, bare = [], []
    for number in range(pairs + 1):
        for side, times in ((bench.ours, ours), (bench.bare, bare))[:: 1 if number % 2 else -1]:
            times.append(timed(side, f"Use of funds, edition {number}"))
    body = bench.ours("Use of funds")
    with PdfDocument(body) as document:
        pages = len(document)
    ratio = statistics.median(ours[1:]) / statistics.median(bare[1:])
    print(
        f"{count:>6,} rows, {pages:>3} pages, {len(body) // 1024:>5} KB   ours {statistics.median(ours[1:]):7.1f} ms"
        f"   typst alone {statistics.median(bare[1:]):7.1f} ms   ratio {ratio:.2f} (limit {LIMIT})",
        flush=True,
    )
    return ratio <= LIMIT


def main() -> int:
    """Print the machine, the first document of a process, then each size."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", default="40,200,2000", help="rows of the table, one or more sizes")
    arguments.add_argument("--pairs", type=int, default=9)
    options = arguments.parse_args()
    print(f"Python {platform.python_version()}, typst {version('typst')}, {os.cpu_count()} cores,", end=" ")
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        first = timed(Bench(40, Path(folder)).ours, "First")
        print(f"the first document of a process takes {first:.0f} ms: fonts are read once")
        held = [measure(int(count), options.pairs, Path(folder)) for count in options.rows.split(",")]
    print("held" if all(held) else "NOT held")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
