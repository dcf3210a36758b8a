"""The two shapes of a task. There is no third, and a test asks each registered task which one it has.

A tenant-bound task takes an institute's id, checks it and works inside that institute. An enumerator takes nothing,
sees no tenant row, and starts a tenant-bound task for each institute that has work of its kind.
"""

import functools
import logging
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from enum import StrEnum
from typing import Any

from celery import Task
from django.db import InterfaceError, OperationalError, connection

from crm.base.context import institute_context
from crm.base.kept_statements import Kept, run_kept
from crm.base.logs import log_facts
from crm.celery import app
from workers.ticks import period

logger = logging.getLogger("workers.tasks")

_IS_LIVE = "SELECT EXISTS (SELECT FROM identity_institute WHERE id = %(id)s AND is_live)"


class Shape(StrEnum):
    TENANT_BOUND = "tenant-bound"
    ENUMERATOR = "enumerator"


def tenant_bound(name: str, *, one_transaction: bool = True) -> Callable[[Callable[[uuid.UUID], None]], Task]:
    """A task for one institute, called with its id.

    The id is no secret and may be wrong: an unknown one, or that of an institute that is no longer live, does nothing.
    The body runs in the institute's context and so in one transaction; with `one_transaction=False` it opens
    its own contexts, because it commits step by step.
    """

    def decorate(function: Callable[[uuid.UUID], None]) -> Task:
        @functools.wraps(function)
        def run(institute_id: str) -> None:
            institute = live_institute(institute_id)
            if institute is None:
                logger.warning("%s ignored an id that is no live institute's", name)
                return
            with log_facts(institute_id=institute), institute_context(institute) if one_transaction else nullcontext():
                function(institute)

        return _register(run, name, Shape.TENANT_BOUND)

    return decorate


def enumerator(name: str, *, kind: str, starts: Task, every: int) -> Callable[[Callable[[], None]], Task]:
    """A task of the beat: once per period of `every` seconds it starts `starts` for each institute with work of `kind`.

    The body, if it has one, runs first and sees no institute's rows.
    """

    def decorate(function: Callable[[], None]) -> Task:
        @functools.wraps(function)
        def run() -> None:
            with period(name, every) as ours:
                if ours:
                    function()
                    for institute in institutes_with_work(kind):
                        starts.apply_async(args=[str(institute)], retry=False, expires=max(every, 60))

        task = _register(run, name, Shape.ENUMERATOR)
        task.every, task.kind, task.starts = every, kind, starts
        return task

    return decorate


def live_institute(institute_id: Any) -> uuid.UUID | None:
    """The id if it is a live institute's."""
    try:
        wanted = uuid.UUID(str(institute_id))
    except ValueError:
        return None
    return wanted if _is_live(wanted) else None


def _is_live(institute_id: uuid.UUID) -> bool:
    """Every task asks this first, so it also finds out whether the connection that an earlier task left still works."""
    asked = Kept(_IS_LIVE, {"id": institute_id})
    connection.health_check_done = True  # Django would ask a question of its own before
    try:
        return run_kept(asked).fetchone()[0]
    except (InterfaceError, OperationalError):
        connection.close()
        return run_kept(asked).fetchone()[0]


def institutes_with_work(kind: str) -> list[uuid.UUID]:
    """The institutes that have work of this kind now, by a definer function that returns ids alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT institutes_with_work(%s)", [kind])
        return [row[0] for row in cursor.fetchall()]


def _register(run: Callable[..., None], name: str, shape: Shape) -> Task:
    return app.task(run, name=name, shape=shape, lazy=False)
