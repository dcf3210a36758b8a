"""Signs of life, kept in PostgreSQL so that they are true when the broker lies.

Each worker and each beat has a thread that does nothing else: a worker without work is alive too, and one whose broker
hangs is not to be taken for dead. That work gets done is another question, answered by the age of what is due.
"""

import logging
import platform
import threading
from pathlib import Path
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutdown
from django.conf import settings
from django.db import Error, connection

from workers.models import Heartbeat

SECONDS = 10
STOP_SECONDS = 10  # for a beat that is under way: it must not be written after it was forgotten

logger = logging.getLogger(__name__)

_UPSERT = """
INSERT INTO workers_heartbeat (name, kind, beaten_at) VALUES (%s, %s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET beaten_at = excluded.beaten_at
"""


def beat(name: str, kind: Heartbeat.Kind) -> None:
    """Note that this process is alive."""
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [name[:120], kind])
    if settings.HEARTBEAT_FILE:
        Path(settings.HEARTBEAT_FILE).touch()


def forget_heartbeat(name: str) -> None:
    """It has stopped because it was told to: nobody need look for it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workers_heartbeat WHERE name = %s", [name[:120]])


class Heart(threading.Thread):
    """Beats until its process ends. A database that is away costs a beat, no more."""

    def __init__(self, name: str, kind: Heartbeat.Kind) -> None:
        super().__init__(name="heart", daemon=True)
        self.process_name, self.kind = name, kind
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """A connection for each beat, so that none is open when the pool forks a process."""
        while not self._stop_asked.is_set():
            try:
                beat(self.process_name, self.kind)
            except Error as error:
                logger.warning("heartbeat not written: %s", type(error).__name__)
            finally:
                connection.close()
            self._stop_asked.wait(SECONDS)

    def stop(self) -> None:
        """No further beat, and none of this process's is kept."""
        self._stop_asked.set()
        self.join(STOP_SECONDS)
        try:
            forget_heartbeat(self.process_name)
        except Error:
            logger.warning("%s stops and could not say so", self.process_name)
        finally:
            connection.close()


_hearts: list[Heart] = []


@worker_ready.connect
def start_heart_of_worker(sender: Any = None, **signal: Any) -> None:
    """In the main process of a worker, once its pool stands."""
    _start(Heart(getattr(sender, "hostname", None) or f"worker@{platform.node()}", Heartbeat.Kind.WORKER))


@worker_shutdown.connect
def stop_heart_of_worker(**signal: Any) -> None:
    """A worker that was asked to stop leaves no sign that somebody should wonder about."""
    while _hearts:
        _hearts.pop().stop()


@beat_init.connect
def start_heart_of_beat(**signal: Any) -> None:
    """In the beat's process."""
    _start(Heart(f"beat@{platform.node()}", Heartbeat.Kind.BEAT))


def _start(heart: Heart) -> None:
    _hearts.append(heart)
    heart.start()
