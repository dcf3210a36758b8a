"""Small by measurement: the limits make us split by subject."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import functions, name, parsed, python_files, templates

FILE_LINES = 300
FUNCTION_LINES = 40
TEMPLATE_LINES = 150
TYPED = ("crm/core", "crm/outbox", "crm/mail", "crm/audit", "crm/base", "workers", "actions")


def test_no_python_file_is_longer_than_its_budget():
    long = {name(p): n for p in python_files(with_tests=True) if (n := len(p.read_text().splitlines())) > FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_its_budget():
    long = {
        f"{name(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in python_files()
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > FUNCTION_LINES
    }
    assert long == {}


def test_no_template_is_longer_than_its_budget():
    assert {name(p): n for p in templates() if (n := len(p.read_text().splitlines())) > TEMPLATE_LINES} == {}


def test_nothing_is_imported_inside_a_function():
    inside = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def _untyped() -> Iterator[str]:
    for path in python_files():
        if any(part in name(path) for part in TYPED):
            yield from (f"{name(path)}:{f.name}" for f in functions(path) if f.returns is None and "__" not in f.name)


def test_functions_of_the_core_say_what_they_return():
    assert list(_untyped()) == []


def test_no_module_is_a_drawer():
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [name(path) for path in python_files(with_tests=True) if path.name in drawers] == []


def test_every_module_says_what_it_is_for():
    """A docstring for each file that defines something. Django's apps.py and empty files need none."""
    silent = [
        name(path)
        for path in python_files()
        if path.name != "apps.py" and parsed(path).body and ast.get_docstring(parsed(path)) is None
    ]
    assert silent == []
