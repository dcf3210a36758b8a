"""Wake a worker after commit. A hint only: rows wait in PostgreSQL and a beat tick finds them if the hint is lost.

No page waits for the broker: one thread of the process publishes. A burst of commits asks for the same run over and
over, so the same wake-up leaves at most once in `QUIET_SECONDS`; the last one asked for always leaves.
"""

import atexit
import logging
import os
import threading
import time
import uuid

from django.db import connection, transaction

from crm.celery import app

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.01
BREAK_SECONDS = 10  # after a failed publish the broker is left alone for so long
FAREWELL_SECONDS = 2  # so long a process that ends waits for its last wake-ups to leave

WakeUp = tuple[str, uuid.UUID]


class Postman:
    """The one thread that talks to the broker, started by the first wake-up."""

    def __init__(self) -> None:
        self.failed = 0
        self.broken_until = 0.0
        self._changed = threading.Condition()
        self._due: dict[WakeUp, float] = {}
        self._left_at: dict[WakeUp, float] = {}
        self._is_publishing = False
        self._thread: threading.Thread | None = None

    def ask(self, wake_up: WakeUp) -> None:
        """Let it leave after this moment. Never waits and never raises."""
        with self._changed:
            if time.monotonic() < self.broken_until:
                return
            quiet_until = self._left_at.get(wake_up, 0.0) + QUIET_SECONDS
            self._due.setdefault(wake_up, max(time.monotonic(), quiet_until))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="wake-ups", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, seconds: float = FAREWELL_SECONDS) -> bool:
        """Wait until everything asked for has left or failed. False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._is_publishing, timeout=seconds)

    def _work(self) -> None:
        while True:
            wake_up = self._next()
            error = _error_of_publishing(wake_up)
            with self._changed:
                self._is_publishing = False
                if error:
                    self._give_up(wake_up, error)
                self._changed.notify_all()

    def _next(self) -> WakeUp:
        with self._changed:
            while not self._due or (rest := min(self._due.values()) - time.monotonic()) > 0:
                self._changed.wait(rest if self._due else None)
            wake_up = min(self._due, key=self._due.__getitem__)
            del self._due[wake_up]
            self._left_at[wake_up] = time.monotonic()
            self._is_publishing = True
            return wake_up

    def _give_up(self, wake_up: WakeUp, error: Exception) -> None:
        """Leave the broker alone for a while; what waits to be asked for is found by the beat."""
        self.failed += 1
        self.broken_until = time.monotonic() + BREAK_SECONDS
        self._due.clear()
        logger.warning("wake-up for %s not published: %s", wake_up[0], type(error).__name__)


def _error_of_publishing(wake_up: WakeUp) -> Exception | None:
    task, institute_id = wake_up
    try:
        app.send_task(task, args=[str(institute_id)], retry=False, ignore_result=True, expires=60)
    except Exception as error:
        return error
    return None


postman = Postman()


def _new_postman() -> None:
    global postman
    postman = Postman()


os.register_at_fork(after_in_child=_new_postman)  # the thread stayed in the parent
atexit.register(lambda: postman.flush())


class _WakeUps:
    """A callback for the end of the transaction. Those of one transaction share what was `asked`."""

    def __init__(self, wanted: WakeUp, asked: set[WakeUp]) -> None:
        self.wanted, self.asked = wanted, asked

    def __call__(self) -> None:
        if self.wanted not in self.asked:
            self.asked.add(self.wanted)
            postman.ask(self.wanted)


def wake_after_commit(task: str, institute_id: uuid.UUID) -> None:
    """Ask for one run of a tenant-bound task once this transaction commits. Repeats in one transaction ask once."""
    wanted = (task, institute_id)
    pending = [(set(sids), f) for sids, f, *_ in connection.run_on_commit if isinstance(f, _WakeUps)]
    # One that was asked for inside a savepoint goes with it when that is rolled back, so it does not count outside.
    inside = set(connection.savepoint_ids)
    if any(wake_up.wanted == wanted and sids <= inside for sids, wake_up in pending):
        return
    asked = pending[0][1].asked if pending else set()
    transaction.on_commit(_WakeUps(wanted, asked), robust=True)
