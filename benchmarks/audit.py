"""What writing the audit costs: the same statements on the real table with its audit triggers and without them.

    python -m benchmarks.audit --rows 1000

As the application's role, with row security, keys and indexes: employers are added in bulk, changed in bulk (a plain
column and a personal one), and one employer is changed alone. Sides take turns; the medians are compared.
"""

import argparse
import logging
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable

import dj_database_url
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
django.setup()
logging.disable(logging.WARNING)

from django.core.management import call_command  # noqa: E402  models need the settings above
from django.db import connections  # noqa: E402

from crm.base.context import institute_context  # noqa: E402
from crm.embedded.temporary import TemporaryPostgres  # noqa: E402
from crm.identity.models import Institute  # noqa: E402
from employers.models import Employer  # noqa: E402

TABLE = "employers_employer"


class Bench:
    """A database with the real schema, one institute and its employers."""

    def __init__(self, app_url: str, owner_url: str, rows: int) -> None:
        for alias, url in (("default", app_url), ("owner", owner_url)):
            connections[alias].close()
            connections[alias].settings_dict.update(dj_database_url.parse(url))
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        self.institute = Institute.objects.create(code="bench", name="Benchmark", short_name="Benchmark")
        self.rows = rows

    def compare(self, name: str, work: Callable[[], None], pairs: int) -> None:
        """Take turns and print both medians and what a row costs more."""
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(pairs + 1):
            for audited in (True, False) if number % 2 else (False, True):
                times[audited].append(self._timed(work, audited))
        bare, audited = (statistics.median(times[side][1:]) for side in (False, True))
        print(f"{name:<28} bare {bare:8.2f} ms   audited {audited:8.2f} ms   ratio {audited / bare:.2f}", flush=True)

    def _timed(self, work: Callable[[], None], audited: bool) -> float:
        with connections["owner"].cursor() as owner:
            for event in ("insert", "update", "delete"):
                switch = "ENABLE" if audited else "DISABLE"
                owner.execute(f"ALTER TABLE {TABLE} {switch} TRIGGER {TABLE}_audit_{event}")
        started = time.perf_counter()
        with institute_context(self.institute.id):
            work()
        return (time.perf_counter() - started) * 1000

    def add_many(self) -> None:
        Employer.objects.bulk_create(Employer(name=f"Employer {n}", notes="Met at the fair") for n in range(self.rows))

    def change_many(self) -> None:
        some = Employer.objects.order_by("id").values("id")[: self.rows]
        Employer.objects.filter(id__in=some).update(town=str(time.monotonic()), notes=str(time.monotonic()))

    def change_one(self) -> None:
        Employer.objects.filter(id=Employer.objects.values("id")[:1]).update(town=str(time.monotonic()))


def main() -> int:
    """Print the machine and the three comparisons."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=1_000)
    arguments.add_argument("--pairs", type=int, default=9)
    options = arguments.parse_args()
    with TemporaryPostgres(fast=True) as postgres:
        database = postgres.database("audit")
        bench = Bench(database.app_url, database.owner_url, options.rows)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.rows:,} rows")
        bench.compare(f"add {options.rows:,} at once", bench.add_many, options.pairs)
        bench.compare(f"change {options.rows:,} at once", bench.change_many, options.pairs)
        bench.compare("change one", bench.change_one, options.pairs * 5)
        for alias in ("default", "owner"):
            connections[alias].close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
