"""How fast recorded facts reach their handlers: the relay against its peers and against bare psycopg.

    python -m benchmarks.outbox --events 1500 --rounds 5      how many a second are worked off
    python -m benchmarks.outbox --latency --events 1500       from commit to handler, at 50 a second

Every side commits the same business rows, one transaction each. To drain, its worker (two processes or threads; the
limit has one) starts when all are committed, and the clock runs from the first handled row to the last. For latency
the workers are there first, each side gets a second in turn, and the clock runs from just before COMMIT to the
handler's row. Medians of the rounds are compared.
"""

import argparse
import os
import platform
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from importlib.metadata import version

from crm.embedded.temporary import TemporaryPostgres, TemporaryValkey

postgres, valkey = TemporaryPostgres().start(), TemporaryValkey().start()
_urls = postgres.database("benchmark")
os.environ.update(
    DATABASE_URL=_urls.app_url,
    DATABASE_OWNER_URL=_urls.owner_url,
    REDIS_URL=valkey.url,
    DJANGO_SETTINGS_MODULE="benchmarks.outbox.settings",
)

import django  # noqa: E402  the settings read the environment above

django.setup()

import redis  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from benchmarks.outbox.contestants import ALL, WOKEN  # noqa: E402
from benchmarks.outbox.raw import MAKE_QUEUE  # noqa: E402
from benchmarks.outbox.rounds import Drained, Latency, drain, latency  # noqa: E402

AIMS = {"delay_on_commit": 4, "procrastinate": 3, "raw psycopg loop": 0.4}


def prepare() -> None:
    """The real schema, procrastinate's and the limit's queue."""
    call_command("migrate", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(MAKE_QUEUE)
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {connection.settings_dict['USER']}")


Round = dict[str, Drained] | dict[str, Latency]


def play(one_round: Callable[[], Round], rounds: int) -> dict[str, list]:
    """What each contestant did in each round."""
    results: dict[str, list] = defaultdict(list)
    for number in range(rounds):
        for name, side in one_round().items():
            results[name].append(side)
        print(f"round {number + 1}:", *(f"{name} {sides[-1]}" for name, sides in results.items()), sep="  ", flush=True)
    return results


def drain_all(events: int) -> dict[str, Drained]:
    """One after the other."""
    drained = {}
    for contestant in ALL:
        redis.Redis.from_url(valkey.client_url).flushall()
        drained[contestant.name] = drain(contestant, events)
    return drained


def compare(results: dict[str, list], field: str, unit: str, aims: dict[str, float]) -> None:
    """Medians, and ours over each other's."""
    medians = {name: statistics.median(getattr(side, field) for side in sides) for name, sides in results.items()}
    for name, theirs in medians.items():
        aim = f" (aim {aims[name]})" if name in aims else ""
        ratio = f"; relay / it {medians['relay'] / theirs:.2f}{aim}" if name != "relay" else ""
        print(f"{field:<14} {name:<18} {theirs:9.1f} {unit}{ratio}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--events", type=int, default=1500)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--latency", action="store_true", help="from commit to handler instead of drained a second")
    options = arguments.parse_args()
    prepare()
    names = ("Celery", "Django", "psycopg", "procrastinate")
    print(f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names), sep=", ")
    if options.latency:
        results = play(lambda: latency(WOKEN, options.events), options.rounds)
        compare(results, "p50_ms", "ms", {})
        compare(results, "p99_ms", "ms", {"delay_on_commit": 2})
        return
    results = play(lambda: drain_all(options.events), options.rounds)
    compare(results, "per_second", "events/s", AIMS)
    compare(results, "worker_cpu_us", "us/event", {})


if __name__ == "__main__":
    try:
        main()
    finally:
        connections.close_all()
        postgres.stop()
        valkey.stop()
    sys.exit(0)
