"""Excel workbooks (ECMA-376), the first visible sheet, row by row.

Own code, because the readers there are fill in empty cells: one value in the last cell of a sheet makes them hold, or
walk through, 17 thousand million.
"""

import datetime as dt
import re
from collections.abc import Iterator
from zipfile import ZipFile

from crm.imports.files.limits import MAX_STRINGS, Refused, refuse_far_cell
from crm.imports.files.zipped import DAMAGED, Parsing

_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}")


class _Workbook(Parsing):
    """Names of the sheets, where they are, and from which year days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.epoch = dt.datetime(1899, 12, 30)
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = dt.datetime(1904, 1, 1)
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", "Sheet"), key))


class _Relations(Parsing):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"


class _Styles(Parsing):
    """Which styles show a number as a day."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        if name == "cellXfs":
            self.inside = True
        if name == "xf" and self.inside:
            self.formats.append(int(attributes.get("numFmtId", 0)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def dates(self) -> set[int]:
        """Numbers of the styles."""
        return {
            position
            for position, key in enumerate(self.formats)
            if (key in self.codes and _DATE_CODE.search(_NOT_CODE.sub("", self.codes[key])))
            or (key not in self.codes and key in _BUILT_IN_DATES)
        }


class _Strings(Parsing):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.taking = False
        self.phonetic = False
        self.size = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.parts = []
        self.phonetic = self.phonetic or name == "rPh"
        self.taking = name == "t" and not self.phonetic

    def text(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self.taking = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "si":
            self.strings.append("".join(self.parts))
            self.size += len(self.strings[-1]) + 50
            if self.size > MAX_STRINGS:
                raise Refused("This workbook holds too much text. Save only the table you need as CSV.")


class _Sheet(Parsing):
    """Collects the rows of a sheet; only cells with a value."""

    def __init__(self, strings: list[str], dates: set[int], epoch: dt.datetime) -> None:
        super().__init__()
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.rows: list[tuple[int, dict[int, str]]] = []
        self.row = 0
        self.column = -1
        self.cells: dict[int, str] = {}
        self.kind, self.style, self.taking = "n", -1, False
        self.parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", -1))
            self.parts = []
            self.column = self._position(attributes.get("r", ""))
        elif name in ("v", "t"):
            self.taking = True
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column, self.cells = -1, {}

    def text(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.taking = False
        elif name == "c" and self.parts:
            value = self._value("".join(self.parts))
            if value:
                refuse_far_cell(self.row, self.column)
                self.cells[self.column] = value
        elif name == "row" and self.cells:
            self.rows.append((self.row, self.cells))

    def _position(self, reference: str) -> int:
        found = _CELL.fullmatch(reference)
        if not found:
            return self.column + 1
        position = 0
        for letter in found[1]:
            position = position * 26 + ord(letter) - 64
        return position - 1

    def _value(self, raw: str) -> str:
        if self.kind == "s":
            return self.strings[int(raw)]
        if self.kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if self.kind != "n":  # text in the cell itself, a formula's text, an error such as #N/A, an ISO date
            return raw
        if self.style in self.dates:
            return self._day(raw)
        return raw if _NUMBER.fullmatch(raw) else plain_number(raw)

    def _day(self, raw: str) -> str:
        try:
            moment = self.epoch + dt.timedelta(seconds=round(float(raw) * 86_400))
        except (ValueError, OverflowError):
            return raw
        return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ")


def plain_number(raw: str) -> str:
    """`4123456.0` as `4123456`, `1E3` as `1000`; what is no number as it is."""
    try:
        number = float(raw)
    except ValueError:
        return raw
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def sheets(archive: ZipFile) -> list[tuple[str, str]]:
    """The visible sheets: name and part of the archive."""
    book, relations = _workbook(archive)
    found = [(name, relations.targets[key]) for name, key in book.sheets if key in relations.targets]
    if not found:
        raise Refused("This workbook has no visible sheet with a table.")
    return found


def _workbook(archive: ZipFile) -> tuple[_Workbook, _Relations]:
    book, relations = _Workbook(), _Relations()
    book.parse(archive, "xl/workbook.xml")
    relations.parse(archive, "xl/_rels/workbook.xml.rels")
    return book, relations


def read(archive: ZipFile, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by their number in the sheet, empty ones left out. Raises Refused."""
    part = dict(sheets(archive)).get(sheet)
    names = set(archive.namelist())
    if part not in names:
        raise Refused(DAMAGED)
    strings, styles = _Strings(), _Styles()
    if "xl/sharedStrings.xml" in names:
        strings.parse(archive, "xl/sharedStrings.xml")
    if "xl/styles.xml" in names:
        styles.parse(archive, "xl/styles.xml")
    parsing = _Sheet(strings.strings, styles.dates(), _workbook(archive)[0].epoch)
    try:
        for _ in parsing.feed(archive.open(part)):
            for number, cells in parsing.rows:
                yield number, [cells.get(position, "") for position in range(max(cells) + 1)]
            parsing.rows.clear()
    except (ValueError, IndexError) as error:  # a style, a row or a shared text that is no number or not there
        raise Refused(DAMAGED) from error
