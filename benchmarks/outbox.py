"""How fast recorded facts reach their handlers: the relay against one Celery task per event sent on commit.

    python -m benchmarks.outbox --events 1500 --pairs 3

Both sides commit the same business rows, one transaction each, with no worker running; then `celery worker` with two
processes starts, and the clock runs from the first handled row to the last. The peer is `on_commit(task.delay)` with
Celery's database connection kept, its faster form. It is not durable, ours is. Sides take turns; medians are compared.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from crm.embedded.temporary import TemporaryPostgres, TemporaryValkey

postgres, valkey = TemporaryPostgres().start(), TemporaryValkey().start()
_urls = postgres.database("benchmark")
os.environ.update(
    DATABASE_URL=_urls.app_url,
    DATABASE_OWNER_URL=_urls.owner_url,
    REDIS_URL=valkey.url,
    DJANGO_SETTINGS_MODULE="benchmarks.outbox_settings",
)

import django  # noqa: E402  the settings read the environment above

django.setup()

import redis  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.outbox_work import ThingMade, handle_one, write_row  # noqa: E402
from crm.base.context import institute_context  # noqa: E402
from crm.embedded.processes import Process, start  # noqa: E402
from crm.identity.models import Institute  # noqa: E402
from crm.outbox.record import record  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


class Drained(NamedTuple):
    """One side of one round."""

    per_second: float
    worker_cpu_us: float


def produce_ours(institute: uuid.UUID, thing: uuid.UUID) -> None:
    with institute_context(institute):
        write_row("made", thing)
        record(ThingMade(thing_id=thing), by=None)


def produce_peers(institute: uuid.UUID, thing: uuid.UUID) -> None:
    with institute_context(institute):
        write_row("made", thing)
        transaction.on_commit(partial(handle_one.delay, str(institute), str(thing)))


def run(produce: Callable[[uuid.UUID, uuid.UUID], None], events: int) -> Drained:
    """Produce, start a worker, wait until all is handled."""
    redis.Redis.from_url(valkey.client_url).flushall()
    code = uuid.uuid4().hex[:12]
    institute = Institute.objects.create(code=code, name=code, short_name=code).id
    for _ in range(events):
        produce(institute, uuid.uuid4())
    with tempfile.TemporaryFile() as output:
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "crm.celery", "worker", "--concurrency=2"]
        worker = start([*command, "--without-mingle", "--without-gossip", "--loglevel=ERROR"], output=output)
        try:
            began, cpu = wait_for(institute, 1), cpu_seconds(worker)
            ended = wait_for(institute, events)
            assert ended > began
            return Drained(events / span(institute), (cpu_seconds(worker) - cpu) / events * 1e6)
        finally:
            worker.kill_group()
            worker.popen.wait()
            worker.returncode()


def wait_for(institute: uuid.UUID, count: int) -> float:
    """Until so many rows are handled. Polls gently, to take no processor from the workers."""
    deadline = time.monotonic() + 300
    while handled(institute, "count(*)") < count:
        assert time.monotonic() < deadline, "not handled within five minutes"
        time.sleep(0.05)
    return time.monotonic()


def span(institute: uuid.UUID) -> float:
    """Seconds from the first handled row to the last."""
    return float(handled(institute, "extract(epoch FROM max(happened_at) - min(happened_at))"))


def handled(institute: uuid.UUID, what: str) -> float:
    with institute_context(institute), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {what} FROM outbox_timelineitem WHERE institute_id = %s AND kind = 'handled'", [institute]
        )
        return cursor.fetchone()[0]


def cpu_seconds(worker: Process) -> float:
    """User and system time of the worker and its children."""
    pids = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(worker.popen.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1500)
    parser.add_argument("--pairs", type=int, default=3)
    options = parser.parse_args()
    call_command("migrate", database="owner", verbosity=0)
    names = ("Celery", "Django", "psycopg")
    print(f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names), sep=", ")
    ours, peers = [], []
    for number in range(options.pairs):
        ours.append(run(produce_ours, options.events))
        peers.append(run(produce_peers, options.events))
        print(f"pair {number + 1}: relay {ours[-1].per_second:.0f}/s, on_commit {peers[-1].per_second:.0f}/s")
    for name, unit, field in (("drained", "events/s", 0), ("worker CPU", "us/event", 1)):
        mine, theirs = (statistics.median(side[field] for side in sides) for sides in (ours, peers))
        print(f"{name}: relay {mine:.0f}, on_commit {theirs:.0f} {unit}; ratio {mine / theirs:.2f}")
    return 0


if __name__ == "__main__":
    try:
        code = main()
    finally:
        connection.close()
        postgres.stop()
        valkey.stop()
    sys.exit(code)
