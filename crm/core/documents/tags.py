"""Row headers in the tags of a PDF.

Typst marks the cells of a table's head and says of every other cell only which of those it stands under; that the first
cell of a row heads the row it can say behind a flag that its Python package cannot set. So the tags are completed here,
in their place: each is overwritten by one of the same length, and nothing else of the file moves.
"""

import re

# A cell as Typst writes it, with the id of the head it stands under: U<table>x<column>y<row of the head>.
_CELL = re.compile(
    rb"(?P<tag>/Type/StructElem/S/T)D(?P<parent>/P \d+ 0 R)(?P<attributes>/A\[<</O/Table)"
    rb"(?P<under>/Headers\[\(U\d+x(?P<column>\d+)y\d+\)\])(?=>>)"
)
_OF_ROW = b"/Scope/Row"


def with_row_headers(pdf: bytes) -> bytes:
    """The file with the first cell of each table row tagged as the header of that row.

    The other cells no longer name the head above them: which heads a cell has follows from their scopes, row and column
    alike, as ISO 32000-1, 14.8.5.7 says.
    """
    return _CELL.sub(_tagged, pdf)


def _tagged(cell: re.Match[bytes]) -> bytes:
    is_first = cell["column"] == b"0"
    scope = _OF_ROW if is_first else b""
    letter = b"H" if is_first else b"D"
    return cell["tag"] + letter + cell["parent"] + cell["attributes"] + scope.ljust(len(cell["under"]))
