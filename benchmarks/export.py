"""What a CSV of a million rows costs: the journal report as a person downloads it, against a bare COPY TO STDOUT.

    python -m benchmarks.export --rows 1000000

Ours is a request through the whole stack as the application's role: middleware, rights, row security, disarmed cells,
the body read to its end. The peer is psycopg reading `COPY (the same query) TO STDOUT` in the same institute with the
cells as they are. Sides take turns; the medians are compared. Printed beside them: when the first rows come, the memory
above idle, and what the writer that smaller reports use takes for some of the rows. Exit code 1 above the limits.
"""

import argparse
import contextlib
import os
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
django.setup()

from django.conf import settings  # noqa: E402  models need the settings above
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.rollup import Bench, postgres_version  # noqa: E402
from crm.base.context import institute_context  # noqa: E402
from crm.core.downloads import csv_response  # noqa: E402
from crm.core.registry import reports  # noqa: E402
from crm.embedded.temporary import TemporaryPostgres  # noqa: E402
from crm.identity.models import Membership, User  # noqa: E402
from crm.identity.roles import Role  # noqa: E402

LIMIT, LIMIT_MEGABYTES = 2.0, 64
SOME = 50_000
PATH = "/i/bench/reports/journal.csv"


class Run(NamedTuple):
    """One download. `megabytes` is the most the process grew while it was read."""

    seconds: float
    first_milliseconds: float
    megabytes: float
    size: int


def read(pieces: Iterator[bytes], started: float, *, heads: int = 0) -> Run:
    """Take the body to its end and throw it away. The first rows come after so many pieces with the heads."""
    process, size, first, most = psutil.Process(), 0, 0.0, 0
    before = process.memory_info().rss
    for number, piece in enumerate(pieces):
        if number == heads:
            first = (time.perf_counter() - started) * 1000
        size += len(piece)
        if number % 50 == 0:
            most = max(most, process.memory_info().rss)
    return Run(time.perf_counter() - started, first, max(0, most - before) / 2**20, size)


class Download:
    """The two sides over one journal."""

    def __init__(self, bench: Bench) -> None:
        self.institute = bench.institute
        auditor = User.objects.create_user(email="auditor@bench.example", name="Auditor")
        with institute_context(self.institute.id):
            Membership.objects.create(user=auditor, role=Role.AUDITOR)
        self.client = Client()
        self.client.force_login(auditor, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.client.get("/i/bench/reports/")

    def ours(self) -> Run:
        started = time.perf_counter()
        response = self.client.get(PATH)
        assert response.status_code == 200
        return read(iter(response.streaming_content), started, heads=1)

    def bare(self) -> Run:
        started = time.perf_counter()
        with self._inside() as cursor:
            query, values = reports["journal"]().query().query.sql_with_params()
            with cursor.copy(cursor.mogrify(f"COPY ({query}) TO STDOUT (FORMAT csv)", values)) as rows:
                return read(rows, started)

    def written_row_by_row(self) -> Run:
        started = time.perf_counter()
        with self._inside():
            report = reports["journal"]()
            rows = islice(report.rows(), SOME)
            lines = ([c.csv_cell(v) for c, v in zip(report.columns, row, strict=True)] for row in rows)
            response = csv_response("journal", [column.csv_head for column in report.columns], lines)
        return read(iter(response), started)

    @contextlib.contextmanager
    def _inside(self) -> Iterator[object]:
        with institute_context(self.institute.id), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield cursor


def measure(rows: int, pairs: int) -> bool:
    """Seed, take turns, print. Whether it held."""
    with TemporaryPostgres(fast=True) as postgres:
        database = postgres.database("export")
        bench = Bench(database.app_url, database.owner_url)
        bench.seed(database.superuser_url, rows // 2)  # two lines an entry
        download = Download(bench)
        first = download.ours()
        ours, bare = [], []
        for number in range(pairs):
            for side, runs in ((download.ours, ours), (download.bare, bare))[:: 1 if number % 2 else -1]:
                runs.append(side())
        slow = download.written_row_by_row()
        connection.close()
    _print("COPY TO STDOUT, bare", bare)
    _print("the report's CSV", ours)
    ratio = statistics.median(r.seconds for r in ours) / statistics.median(r.seconds for r in bare)
    grown = max(run.megabytes for run in (first, *ours))
    print(f"ratio {ratio:.2f} (limit {LIMIT}); memory above idle {grown:.0f} MB (limit {LIMIT_MEGABYTES})")
    print(f"the writer of smaller reports, {min(rows, SOME):,} of the rows: {slow.seconds:.1f} s", flush=True)
    return ratio <= LIMIT and grown <= LIMIT_MEGABYTES


def _print(name: str, runs: list[Run]) -> None:
    seconds = [run.seconds for run in runs]
    first = statistics.median(run.first_milliseconds for run in runs)
    listed = ", ".join(f"{s:.2f}" for s in seconds)
    print(
        f"{name:<22} median {statistics.median(seconds):5.2f} s ({listed}), first rows after {first:5.0f} ms,"
        f" {runs[0].size / 1e6:.0f} MB"
    )


def main() -> int:
    """Print the machine, then the comparison."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--pairs", type=int, default=5)
    options = arguments.parse_args()
    print(
        f"{options.rows:,} rows, PostgreSQL {postgres_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    held = measure(options.rows, options.pairs)
    print("held" if held else "NOT held")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
