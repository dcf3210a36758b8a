"""Wake a worker after commit. A hint only: rows wait in PostgreSQL and a beat tick finds them if the hint is lost."""

import logging
import time
import uuid

from django.db import connection, transaction

from crm.celery import app

logger = logging.getLogger(__name__)

BREAK_SECONDS = 10  # after a failed publish the broker is left alone for so long: no page waits for it twice

_broken_until = 0.0
failed_wake_ups = 0


def wake_after_commit(task: str, institute_id: uuid.UUID) -> None:
    """Ask for one run of a tenant-bound task once this transaction commits. Repeats in one transaction ask once."""
    wanted = (task, institute_id)
    if any(getattr(callback, "wakes", None) == wanted for _, callback, *_ in connection.run_on_commit):
        return

    def wake() -> None:
        _publish(task, institute_id)

    wake.wakes = wanted
    transaction.on_commit(wake, robust=True)


def _publish(task: str, institute_id: uuid.UUID) -> None:
    global _broken_until, failed_wake_ups
    if time.monotonic() < _broken_until:
        return
    try:
        app.send_task(task, args=[str(institute_id)], retry=False, ignore_result=True, expires=60)
    except Exception as error:
        failed_wake_ups += 1
        _broken_until = time.monotonic() + BREAK_SECONDS
        logger.warning("wake-up for %s not published: %s", task, type(error).__name__)
