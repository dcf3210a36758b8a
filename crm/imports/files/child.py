"""The process that opens a file: `python -m crm.imports.files.child look|rows PATH NAME READING`.

It writes one JSON value a line: what was read, then, for `rows`, each row as [number, cells]; `{"refused": "…"}` ends
it early. It bounds itself before it opens anything, so what a file makes it do ends with it.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm.imports.files import ods, separated, xlsx
from crm.imports.files.limits import MAX_CELL, MAX_ROWS, Refused, column_letters
from crm.imports.files.sniffing import sniff
from crm.imports.files.zipped import open_office

MEMORY = 200 * 1024 * 1024  # bytes of heap
SECONDS = {"look": 4, "rows": 90}  # of processor time
LOOK_SECONDS = 2.0  # a look at an honest file ends here; the rest is read, under the same limits, when it is checked
HEAD = 50  # rows among which the header is sought
SAMPLE = 5

Rows = Iterator[tuple[int, list[str]]]


def bound(mode: str) -> None:
    """Little memory, little time, no file written, no core left."""
    limits = {
        resource.RLIMIT_DATA: MEMORY,
        resource.RLIMIT_CPU: SECONDS[mode],
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard < 0 else min(value, hard), hard))


def opened(path: Path, name: str, wanted: dict[str, Any]) -> tuple[dict[str, Any], Rows]:
    """How the file is read, and its rows. `wanted` says what a person knows better. Raises Refused."""
    if sniff(path, name) == "csv":
        encoding = wanted.get("encoding") or separated.detect_encoding(path)
        separator = wanted.get("separator") or separated.detect_separator(path, encoding)
        reading = {"format": "csv", "encoding": encoding, "separator": separator}
        return reading, separated.read(path, encoding, separator)
    archive, form = open_office(path)
    if not name.lower().endswith(f".{form}"):
        raise Refused(f"This file holds an .{form} spreadsheet under another name. Give it the ending .{form}.")
    if form == "ods":
        return {"format": "ods"}, ods.read(archive)
    names = [sheet for sheet, _ in xlsx.sheets(archive)]
    sheet = wanted.get("sheet") if wanted.get("sheet") in names else names[0]
    return {"format": "xlsx", "sheet": sheet, "sheets": names[:50]}, xlsx.read(archive, sheet)


def header_among(rows: list[tuple[int, list[str]]]) -> int:
    """The number of the first row that is nearly as full as the fullest: titles above a table are short."""
    filled = [(number, sum(1 for cell in cells if cell.strip())) for number, cells in rows]
    fullest = max(count for _, count in filled)
    return next(number for number, count in filled if count >= 0.6 * fullest)


def look(path: Path, name: str, wanted: dict[str, Any]) -> Iterator[Any]:
    """How it is read, its headers and its first rows. Every cell that two seconds allow is looked at."""
    reading, rows = opened(path, name, wanted)
    started, head, seen = time.process_time(), [], 0
    for number, cells in rows:
        if len(head) < HEAD + SAMPLE:
            head.append((number, cells))
        seen += 1
        if time.process_time() - started > LOOK_SECONDS:
            break
    if not head:
        raise Refused("This file is empty.")
    header_row = wanted.get("header_row") or header_among(head[:HEAD])
    header = next((cells for number, cells in head if number == header_row), None)
    if header is None:
        raise Refused(f"Row {header_row} is empty or too far down to be the header.")
    below = [[short(cell) for cell in cells] for number, cells in head if number > header_row]
    if not below:
        raise Refused("There is no row below the header.")
    reading["header_row"] = header_row
    yield {"reading": reading, "headers": named(header), "sample": below[:SAMPLE]}


def named(header: list[str]) -> list[str]:
    """Headers on one line each, without the stray spaces; a column without one is called by its letter."""
    names = [" ".join(cell.replace("\ufeff", "").split())[:120] for cell in header]
    while names and not names[-1]:
        names.pop()
    return [name or f"Column {column_letters(position)}" for position, name in enumerate(names)]


def short(cell: str) -> str:
    """A cell to be shown."""
    return cell[:80]


def rows(path: Path, name: str, wanted: dict[str, Any]) -> Iterator[Any]:
    """Each row below the header."""
    _, found = opened(path, name, wanted)
    count = 0
    for number, cells in found:
        if number <= wanted["header_row"] or not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise Refused(f"This file has more than {MAX_ROWS:,} rows. Split it.")
        yield [number, [cell[: MAX_CELL + 1] for cell in cells]]


def main(mode: str, path: str, name: str, wanted: str) -> None:
    """Write what is found to standard output."""
    bound(mode)
    out = sys.stdout
    try:
        for found in {"look": look, "rows": rows}[mode](Path(path), name, json.loads(wanted)):
            out.write(json.dumps(found) + "\n")
        out.write('"end"\n')
    except Refused as refusal:
        out.write(json.dumps({"refused": str(refusal)}) + "\n")
    except MemoryError:
        out.write('{"refused": "This file needs too much memory. Save only the table you need as CSV."}\n')
    out.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
