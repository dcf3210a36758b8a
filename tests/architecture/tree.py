"""The tree as text, for tests of the house."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("crm", "employers", "sponsorships", "events", "workers")


@cache
def python_files(*, with_tests: bool = False, with_migrations: bool = False) -> tuple[Path, ...]:
    """Our own Python files."""
    folders = PACKAGES + (("tests", "benchmarks") if with_tests else ())
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if with_migrations or "migrations" not in path.parts))


@cache
def templates() -> tuple[Path, ...]:
    """Every template of ours."""
    return tuple(sorted(path for folder in PACKAGES for path in (ROOT / folder).rglob("templates/**/*.*")))


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name(path: Path) -> str:
    """The path as a person would write it."""
    return str(path.relative_to(ROOT))
