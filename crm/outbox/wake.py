"""Wake a worker after commit. A hint only: rows wait in PostgreSQL and a beat tick finds them if the hint is lost."""

import logging
import os
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, transaction

from crm.celery import app

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0  # so long a page waits for the broker in all, whatever the client library does about retries
BREAK_SECONDS = 10  # after a failed publish the broker is left alone for so long: no page waits for it twice

_broken_until = 0.0
failed_wake_ups = 0


def _new_postman() -> ThreadPoolExecutor:
    """The one thread that talks to the broker, so that a page can stop waiting while it still does."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="wake-up")


def _forget_postman() -> None:
    global _postman
    _postman = _new_postman()


_postman = _new_postman()
os.register_at_fork(after_in_child=_forget_postman)  # its thread stayed in the parent


class _Asked:
    """What the wake-ups of one transaction share: which were published, and how long the page may still wait."""

    def __init__(self) -> None:
        self.wake_ups: set[tuple[str, uuid.UUID]] = set()
        self._ends: float | None = None

    def patience(self) -> float:
        """Seconds left; counted from the first time it is asked."""
        moment = time.monotonic()
        self._ends = self._ends or moment + PATIENCE_SECONDS
        return max(0.0, self._ends - moment)


class _WakeUp:
    """A callback for the end of the transaction. Those of one transaction share what they have `asked`."""

    def __init__(self, task: str, institute_id: uuid.UUID, asked: _Asked) -> None:
        self.wanted = (task, institute_id)
        self.asked = asked

    def __call__(self) -> None:
        if self.wanted not in self.asked.wake_ups:
            self.asked.wake_ups.add(self.wanted)
            _publish(*self.wanted, patience=self.asked.patience())


def wake_after_commit(task: str, institute_id: uuid.UUID) -> None:
    """Ask for one run of a tenant-bound task once this transaction commits. Repeats in one transaction ask once."""
    pending = [(set(sids), f) for sids, f, *_ in connection.run_on_commit if isinstance(f, _WakeUp)]
    # One that was asked for inside a savepoint goes with it when that is rolled back, so it does not count outside.
    inside = set(connection.savepoint_ids)
    if any(wake_up.wanted == (task, institute_id) and sids <= inside for sids, wake_up in pending):
        return
    asked = pending[0][1].asked if pending else _Asked()
    transaction.on_commit(_WakeUp(task, institute_id, asked), robust=True)


def _publish(task: str, institute_id: uuid.UUID, *, patience: float) -> None:
    """Never raises, and never holds a page for longer than `patience` seconds."""
    global _broken_until, failed_wake_ups
    if time.monotonic() < _broken_until:
        return
    sending: Future[None] = _postman.submit(_send, task, institute_id)
    try:
        sending.result(timeout=patience)
    except Exception as error:
        sending.cancel()  # one that has not begun shall not arrive long after its page; the beat finds its rows
        failed_wake_ups += 1
        _broken_until = time.monotonic() + BREAK_SECONDS
        logger.warning("wake-up for %s not published: %s", task, type(error).__name__)


def _send(task: str, institute_id: uuid.UUID) -> None:
    app.send_task(task, args=[str(institute_id)], retry=False, ignore_result=True, expires=60)
