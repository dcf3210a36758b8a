"""Signs of life, kept in PostgreSQL so that they are true when the broker lies."""

import time

from django.db import connection

SECONDS = 10

_last_noted: dict[str, float] = {}

_UPSERT = """
INSERT INTO workers_heartbeat (name, kind, beaten_at) VALUES (%s, %s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET beaten_at = excluded.beaten_at
"""


def note_worker(hostname: str) -> None:
    """This worker has just taken a task. Written at most every ten seconds per process."""
    _note(hostname or "worker", "worker")


def note_beat() -> None:
    """A message of the beat has just arrived."""
    _note("beat", "beat")


def _note(name: str, kind: str) -> None:
    if time.monotonic() - _last_noted.get(name, -SECONDS) < SECONDS:
        return
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [name[:120], kind])
    _last_noted[name] = time.monotonic()
