"""Reading our files back with other programs than those that wrote them."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pikepdf
import pypdfium2


def sheets_of(body: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook as rows of values."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def pages_of(body: bytes) -> list[str]:
    """The text of a PDF page by page, a line of a table a line of text. PDFium reports a hyphen that ends a line as
    U+FFFE or U+0002."""
    with pypdfium2.PdfDocument(body) as document:
        texts = []
        for page in document:
            words = page.get_textpage()
            texts.append(words.get_text_range().replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-"))
            words.close()
            page.close()
        return texts


def text_of(body: bytes) -> str:
    """The text of a whole PDF."""
    return "\n".join(pages_of(body))


def line_of(body: bytes, beginning: str) -> str:
    """What follows `beginning` on the one line of a PDF that begins with it."""
    [found] = [line for line in text_of(body).splitlines() if line.startswith(beginning)]
    return found.removeprefix(beginning).strip()


def structure_of(body: bytes) -> dict[str, list[dict[str, str]]]:
    """The structure elements of a tagged PDF by kind: `structure["/TH"]`, each with its attributes as text."""
    found: dict[str, list[dict[str, str]]] = {}
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for element in _elements(pdf.Root.StructTreeRoot):
            facts = {key: _attributes(value) for key, value in element.items() if key in ("/Alt", "/A", "/T")}
            found.setdefault(str(element.get("/S")), []).append(facts)
    return found


def _attributes(value: Any) -> str:
    if isinstance(value, pikepdf.Array):
        return " ".join(f"{key}={part[key]}" for part in value for key in ("/Scope",) if key in part)
    return str(value)


def _elements(node: Any) -> Iterator[Any]:
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)
