"""Which periods of which job have run. The database's clock decides, so any number of beats is one beat."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# A worker that died in the middle leaves its period unfinished; somebody else may take it after this.
RETRY_SECONDS = 120
KEEP_DAYS = 7

_TAKE = """
INSERT INTO workers_tick (job, period_start, started_at)
VALUES (%(job)s, to_timestamp(floor(extract(epoch FROM now()) / %(seconds)s) * %(seconds)s), clock_timestamp())
ON CONFLICT (job, period_start) DO UPDATE SET started_at = excluded.started_at
  WHERE workers_tick.finished_at IS NULL
    AND workers_tick.started_at < clock_timestamp() - make_interval(secs => %(retry)s)
RETURNING id
"""


@contextmanager
def period(job: str, seconds: int) -> Iterator[bool]:
    """Take the current period of `seconds` for `job`: True for one caller, False for all others.

    A period whose work raised or whose worker died is free again after two minutes, while it lasts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"job": job, "seconds": seconds, "retry": RETRY_SECONDS})
        taken = cursor.fetchone()
    yield taken is not None
    if taken:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE workers_tick SET finished_at = clock_timestamp() WHERE id = %s", [taken[0]])


def forget_old_ticks() -> None:
    """Remove the ticks of more than a week ago, and processes that have not been heard of for as long."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workers_heartbeat WHERE beaten_at < now() - make_interval(days => %s)", [KEEP_DAYS])
        cursor.execute("DELETE FROM workers_tick WHERE period_start < now() - make_interval(days => %s)", [KEEP_DAYS])
