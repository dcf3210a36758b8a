"""Tasks are thin and never ask the broker to remember a time. Their shapes are tested in tests/workers."""

import ast

from crm.celery import app
from tests.architecture.tree import ROOT, functions, name, parsed, python_files
from workers import tasks
from workers.shapes import Shape

TASK_LINES = 10


def test_no_task_is_longer_than_its_budget():
    long = {
        f"{name(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in [ROOT / "workers/tasks.py"]
        for function in functions(path)
        if function.end_lineno - function.lineno + 1 > TASK_LINES
    }
    assert long == {}


def test_every_task_lives_in_the_one_module_of_tasks_and_says_what_it_does():
    ours = [task for task_name, task in app.tasks.items() if not task_name.startswith("celery.")]
    assert {task.__module__ for task in ours} == {"workers.tasks"}
    assert [task.name for task in ours if not task.__doc__] == []


def test_tenant_bound_tasks_take_one_id_and_enumerators_take_nothing():
    for function in functions(ROOT / "workers/tasks.py"):
        task = getattr(tasks, function.name)
        arguments = [(a.arg, ast.unparse(a.annotation)) for a in function.args.args]
        expected = [("institute_id", "uuid.UUID")] if task.shape == Shape.TENANT_BOUND else []
        assert arguments == expected, function.name


def test_nothing_asks_the_broker_for_a_later_time():
    """A task whose time lies beyond the visibility timeout runs several times. Due times are columns."""
    asked = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and {"eta", "countdown"} & {keyword.arg for keyword in node.keywords}
    ]
    assert asked == []


def _publishing_calls():
    publishers = {"delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit"}
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in publishers:
                yield path, node


def test_nothing_publishes_a_task_but_the_wake_up_and_the_enumerators():
    assert {name(path) for path, _ in _publishing_calls()} == {"crm/outbox/wake.py", "workers/shapes.py"}


def test_no_publish_is_retried():
    """On a broker that hangs each try costs two seconds, and kombu keeps the policy for the connection's later ones."""
    for path, call in _publishing_calls():
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given.get("retry") == "False", f"{name(path)}:{call.lineno}"


def test_tasks_are_lost_to_nobody_and_keep_no_results():
    assert app.conf.task_acks_late and app.conf.task_reject_on_worker_lost
    assert app.conf.task_ignore_result and app.conf.worker_prefetch_multiplier == 1
    assert not app.conf.task_always_eager
    assert not app.conf.worker_enable_remote_control
    assert app.conf.accept_content == ["json"]
    assert app.conf.broker_transport_options["socket_timeout"] <= 2
