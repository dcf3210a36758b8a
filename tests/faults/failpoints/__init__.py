"""Moments at which a real process can be told to die of SIGKILL, once.

`arm("mail accepted, not settled")` in a test; the first process that comes to that moment takes the order and dies.
Installed in the processes by tests.faults.process_settings.
"""

import functools
import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm.mail.smtp import Verdict

DIRECTORY = "FAILPOINTS"  # the environment variable that names where orders lie

# What to wrap, and whether death comes before or after it. A point with a condition passes over calls that it is not
# about: under load a claim may lapse, and then nothing is handed over or accepted.
POINTS = {
    "action done, nothing committed": ("crm.core.views:FormPage._succeed", "before"),
    "committed, no wake-up sent": ("crm.outbox.wake:Postman.ask", "before"),
    "facts fanned out, not committed": ("psycopg:Pipeline.__exit__", "before"),
    "deliveries claimed": ("workers.relay:fan_out_and_claim", "after"),
    "handler done, no mark": ("workers.relay:mark_done", "before"),
    "handler done and marked, not committed": ("workers.relay:check_constraints_now", "after"),
    "handler done, marked and committed": ("workers.relay:_one_transaction", "after"),
    "message claimed": ("workers.mail_queue:MailQueue.claim", "after"),
    "hand-over committed, nothing sent": ("workers.mail_queue:MailQueue.hand_over", "after"),
    "message accepted, not settled": ("workers.mail_queue:MailQueue.settle", "before"),
    "message settled, no goodbye": ("workers.mail_queue:MailQueue.settle", "after"),
    "reminders planned, not noted": ("workers.reminders:plan_one", "after"),
    "period taken, nobody started": ("workers.shapes:institutes_with_work", "before"),
}


CONDITIONS: dict[str, Callable[[tuple[Any, ...], Any], bool]] = {
    "hand-over committed, nothing sent": lambda _, was_ours: was_ours,
    "message accepted, not settled": lambda words, _: words[3].verdict is Verdict.SENT,
}


def arm(name: str, directory: Path) -> Path:
    """Order a death. The file is gone when somebody has obeyed."""
    order = directory / _file_name(name)
    order.touch()
    return order


def install() -> None:
    """Wrap every point, in a process that has been given a directory of orders."""
    if DIRECTORY in os.environ:
        for name, (target, when) in POINTS.items():
            _wrap(name, target, when)


def _wrap(name: str, target: str, when: str) -> None:
    module, _, path = target.partition(":")
    *owners, attribute = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    function = getattr(owner, attribute)
    order = Path(os.environ[DIRECTORY]) / _file_name(name)
    applies = CONDITIONS.get(name, lambda words, result: True)

    @functools.wraps(function)
    def with_point(*args: Any, **kwargs: Any) -> Any:
        if when == "before" and applies(args, None):
            _obey(order)
        result = function(*args, **kwargs)
        if when == "after" and applies(args, result):
            _obey(order)
        return result

    setattr(owner, attribute, with_point)


def _obey(order: Path) -> None:
    """Die if ordered to. Removing the file is what makes it once: only one process can."""
    try:
        order.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _file_name(name: str) -> str:
    return name.replace(" ", "_").replace(",", "")
