"""Somebody else who does something at the very moment, and has to wait for what this transaction wrote."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, connections

from crm.base.context import institute_context
from crm.identity.models import Institute
from tests.workers.processes import eventually


def waiting_for_us(institute: Institute, work: Callable[[], Any]) -> Future:
    """Start `work` in a session of its own; come back when it waits for this one, or is done without waiting."""

    def run() -> Any:
        try:
            with institute_context(institute.id), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '60s'")  # however long a busy machine lets it wait
                return work()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    eventually(lambda: future.done() or _somebody_waits(), message="the other session neither waits nor ends")
    return future


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return cursor.rowcount > 0
