"""How much a file may hold, and the refusal of one that holds more."""

MAX_FILE = 50 * 1024 * 1024  # bytes as uploaded
MAX_UNPACKED = 400 * 1024 * 1024  # bytes of one part of a workbook
MAX_RATIO = 150  # unpacked to packed; an honest sheet stays below a hundred
MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_CELL = 32_767  # characters: what a spreadsheet allows
MAX_STRINGS = 64 * 1024 * 1024  # characters of a workbook's shared texts


class Refused(Exception):
    """The file is not read. The message says what to do about it."""


def column_letters(position: int) -> str:
    """The column counted from 0 as spreadsheets call it: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def refuse_far_cell(row: int, column: int) -> None:
    """Raises Refused for a value that lies beyond what a table of ours may reach (row from 1, column from 0)."""
    if column >= MAX_COLUMNS:
        raise Refused(
            f"There is a value in column {column_letters(column)}, row {row:,}. A file may have {MAX_COLUMNS} columns:"
            " delete what lies beyond them and save it again."
        )
    if row > MAX_ROWS + 100:
        raise Refused(f"There is a value in row {row:,}. A file may have {MAX_ROWS:,} rows: split it.")
