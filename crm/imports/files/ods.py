"""OpenDocument spreadsheets (ISO/IEC 26300), the first sheet, row by row.

Runs of equal cells and rows are written once with a count: an empty run is passed over, a full one is bounded.
"""

from collections.abc import Iterator
from zipfile import ZipFile

from crm.imports.files.limits import MAX_COLUMNS, MAX_ROWS, refuse_far_cell
from crm.imports.files.xlsx import plain_number
from crm.imports.files.zipped import Parsing

_CELLS = ("table-cell", "covered-table-cell")


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


class _Sheet(Parsing):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, dict[int, str]]] = []
        self.tables, self.depth = 0, 0  # which table, and whether inside one
        self.row, self.column = 1, 0
        self.row_count = self.cell_count = 1
        self.cells: dict[int, str] = {}
        self.value, self.parts, self.paragraphs = "", [], 0
        self.skipping = 0  # inside a comment
        self.taking = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.tables += self.depth == 0
            self.depth += 1
        elif name == "annotation":
            self.skipping += 1
        elif self.tables != 1 or self.skipping:
            return
        elif name == "table-row":
            self.row_count = int(_attribute(attributes, "number-rows-repeated") or 1)
            self.column, self.cells = 0, {}
        elif name in _CELLS:
            self._start_cell(attributes)
        elif name == "p":
            self.parts.append("\n" if self.paragraphs else "")
            self.paragraphs += 1
            self.taking = True
        elif name in ("s", "tab", "line-break"):
            self.parts.append({"tab": "\t", "line-break": "\n"}.get(name, " "))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.cell_count = int(_attribute(attributes, "number-columns-repeated") or 1)
        self.parts, self.paragraphs, self.value = [], 0, ""
        kind = _attribute(attributes, "value-type")
        if kind in ("float", "currency", "percentage"):
            self.value = plain_number(_attribute(attributes, "value"))
        elif kind == "date":
            self.value = _attribute(attributes, "date-value").replace("T", " ").removesuffix(" 00:00:00")
        elif kind == "boolean":
            self.value = _attribute(attributes, "boolean-value").upper()

    def text(self, text: str) -> None:
        if self.taking and not self.skipping:
            self.parts.append(text)

    def end(self, name: str) -> None:
        if name == "table":
            self.depth -= 1
        elif name == "annotation":
            self.skipping -= 1
        elif self.tables != 1 or self.skipping:
            return
        elif name == "p":
            self.taking = False
        elif name in _CELLS:
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def _end_cell(self) -> None:
        value = self.value or "".join(self.parts)
        if value:
            refuse_far_cell(self.row, self.column + self.cell_count - 1)
            for position in range(self.column, min(self.column + self.cell_count, MAX_COLUMNS)):
                self.cells[position] = value
        self.column += self.cell_count

    def _end_row(self) -> None:
        if self.cells:
            refuse_far_cell(self.row + self.row_count - 1, 0)
            last = min(self.row + self.row_count, MAX_ROWS + 101)
            self.rows += [(number, self.cells) for number in range(self.row, last)]
        self.row += self.row_count


def read(archive: ZipFile) -> Iterator[tuple[int, list[str]]]:
    """Rows by their number in the sheet, empty ones left out. Raises Refused."""
    parsing = _Sheet()
    for _ in parsing.feed(archive.open("content.xml")):
        for number, cells in parsing.rows:
            yield number, [cells.get(position, "") for position in range(max(cells) + 1)]
        parsing.rows.clear()
