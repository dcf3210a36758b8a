"""CSV in the encodings and with the separators that spreadsheets write."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm.imports.files.limits import MAX_CELL, Refused, refuse_far_cell

SEPARATORS = ",;\t|"
UNREADABLE = "\ufffd"  # stands where a character could not be read; the check names the row
_PIECE = 1 << 20


def detect_encoding(path: Path) -> str:
    """The encoding, by its mark, by trying UTF-8, else Windows-1252, in which every byte but five is something."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        if len(head) > 8 and head[1::2].count(0) > len(head) / 5:
            return "utf-16-le"
        file.seek(0)
        return _utf8_or_windows(file)


def _utf8_or_windows(file: Any) -> str:
    """One bad byte in a file full of good UTF-8 is a bad byte, not another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    while piece := file.read(_PIECE):
        text = decoder.decode(piece)
        if not text.isascii():
            wrong = sum("\udc80" <= character <= "\udcff" for character in text)
            bad += wrong
            good += sum(character > "\x7f" for character in text) - wrong
    return "utf-8" if bad == 0 or good > bad * 5 else "cp1252"


def detect_separator(path: Path, encoding: str) -> str:
    """The one that cuts the first records into most cells, evenly."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline(20_000)
        if first.lower().startswith("sep=") and len(first.strip()) == 5:
            return first.strip()[4]
        head = (first + file.read(60_000)).replace("\0", UNREADABLE)
    return max(SEPARATORS, key=lambda separator: _evenness(head, separator))


def _evenness(head: str, separator: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(head.splitlines(keepends=True)[:60], delimiter=separator)][:50]
    except csv.Error:
        return (0, 0)
    widths = [width for width in widths if width > 1]
    common = max(set(widths), key=widths.count) if widths else 0
    return (widths.count(common), common)


def read(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records by number, from 1, empty ones left out. Raises Refused."""
    csv.field_size_limit(MAX_CELL * 4)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        records = csv.reader((line.replace("\0", UNREADABLE) for line in file), delimiter=separator)
        number = 0
        while True:
            try:
                cells = next(records, None)
            except csv.Error as error:
                raise Refused(_said(error, records.line_num)) from error
            if cells is None:
                return
            number += 1
            if number == 1 and _is_hint(cells):
                continue
            if any(cells):
                refuse_far_cell(number, len(cells) - 1)
                yield number, cells


def _is_hint(cells: list[str]) -> bool:
    """Excel's own first line `sep=;`."""
    return cells[0].lower().startswith("sep=") and not any(cells[1:])


def _said(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return f"A cell near line {line:,} never ends: look for a quotation mark that is opened and not closed."
    return f"Line {line:,} cannot be read as CSV: save the file again from your spreadsheet program."
