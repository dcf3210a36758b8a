"""docs/faults.md says which test shows which fault. It may not say more or less than the tests do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
DOCUMENT = ROOT / "docs" / "faults.md"

# Those that the product promises to show (the numbers are those of the catalogue in the document).
PROMISED = {1, 2, 4, 7, 8, 9, 13, 14, 25, 27, 28, 29, *range(34, 39), 52, 53, 55, 58, 69, 71, 82}

_NUMBERS = re.compile(r"(\d+(?:, \d+)*)(?:, in [a-z ]+)?: ")
_ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)
_TEST = re.compile(r"`(test_\w+\.py|live/test_\w+\.py)::(test_\w+)`")


def shown() -> Iterator[tuple[int, str]]:
    """Each fault and test whose docstring begins with its number."""
    for path in sorted(FOLDER.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                numbers = _NUMBERS.match(ast.get_docstring(node) or "")
                for number in numbers[1].split(", ") if numbers else ():
                    yield int(number), f"{path.relative_to(FOLDER)}::{node.name}"


def told() -> Iterator[tuple[int, str]]:
    """The same, as the document has it."""
    for line in DOCUMENT.read_text().splitlines():
        if row := _ROW.match(line):
            for file, name in _TEST.findall(line):
                yield int(row[1]), f"{file}::{name}"


def test_the_document_names_each_fault_and_test_and_no_other():
    assert set(told()) == set(shown())


def test_every_fault_that_is_promised_has_a_test():
    assert {number for number, _ in shown()} >= PROMISED


def test_the_document_says_of_every_row_how_it_ended():
    for line in DOCUMENT.read_text().splitlines():
        if _ROW.match(line):
            assert line.rstrip(" |").split("|")[-1].strip(), f"no result: {line}"
