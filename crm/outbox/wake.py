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


class _WakeUp:
    """A callback for the end of the transaction. Those of one transaction share what they have `asked`."""

    def __init__(self, task: str, institute_id: uuid.UUID, asked: set[tuple[str, uuid.UUID]]) -> None:
        self.wanted = (task, institute_id)
        self.asked = asked

    def __call__(self) -> None:
        if self.wanted not in self.asked:
            self.asked.add(self.wanted)
            _publish(*self.wanted)


def wake_after_commit(task: str, institute_id: uuid.UUID) -> None:
    """Ask for one run of a tenant-bound task once this transaction commits. Repeats in one transaction ask once."""
    pending = [(set(sids), f) for sids, f, *_ in connection.run_on_commit if isinstance(f, _WakeUp)]
    # One that was asked for inside a savepoint goes with it when that is rolled back, so it does not count outside.
    inside = set(connection.savepoint_ids)
    if any(wake_up.wanted == (task, institute_id) and sids <= inside for sids, wake_up in pending):
        return
    asked = pending[0][1].asked if pending else set()
    transaction.on_commit(_WakeUp(task, institute_id, asked), robust=True)


def _publish(task: str, institute_id: uuid.UUID) -> None:
    """Never raises, and never holds a page for longer than the broker's socket timeout."""
    global _broken_until, failed_wake_ups
    if time.monotonic() < _broken_until:
        return
    try:
        app.send_task(task, args=[str(institute_id)], retry=False, ignore_result=True, expires=60)
    except Exception as error:
        failed_wake_ups += 1
        _broken_until = time.monotonic() + BREAK_SECONDS
        logger.warning("wake-up for %s not published: %s", task, type(error).__name__)
