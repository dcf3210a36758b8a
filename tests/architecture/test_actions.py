"""Every action has the same shape, so that a reader knows one when they see it."""

import ast

from tests.architecture.tree import functions, name, parsed, python_files

HTTP = ("django.http", "django.shortcuts", "django.urls", "django.template", "django.views", "rest_framework")


def _action_files():
    return [p for p in python_files() if p.name == "actions.py" or "actions" in p.parts]


def _actions():
    for path in _action_files():
        for function in functions(path):
            decorators = {ast.unparse(d).split("(")[0] for d in function.decorator_list}
            if "action" in decorators:
                yield path, function


def test_there_are_actions():
    assert len(list(_actions())) > 10


def test_actions_take_keywords_only_and_say_by_whom():
    wrong = [
        f"{name(path)}:{function.name}"
        for path, function in _actions()
        if function.args.args or "by" not in {argument.arg for argument in function.args.kwonlyargs}
    ]
    assert wrong == []


def test_actions_promise_something_in_their_docstring():
    assert [f"{name(p)}:{f.name}" for p, f in _actions() if not ast.get_docstring(f)] == []


def test_public_functions_of_action_modules_are_actions():
    """A write that forgot its atomic frame would be half a write."""
    loose = []
    for path in _action_files():
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if "action" not in {ast.unparse(d).split("(")[0] for d in node.decorator_list}:
                    loose.append(f"{name(path)}:{node.name}")
    assert loose == []


def test_actions_and_reads_know_nothing_of_http():
    layers = {"actions", "reads", "models", "querysets", "rollups", "validators", "domain_events"}
    wrong = []
    for path in python_files():
        if path.stem in layers or layers & set(path.parts):
            for node in ast.walk(parsed(path)):
                modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                wrong += [f"{name(path)}: {m}" for m in modules if m.startswith(HTTP)]
    assert wrong == []
