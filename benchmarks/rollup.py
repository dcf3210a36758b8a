"""What keeping the roll-up costs: insert 1,000 journal entries and fold them, against inserting the same rows alone.

    python -m benchmarks.rollup --rows 100000,1000000

Both sides write the real tables as the application's role, with every key, check and trigger. The journal holds
`--rows` entries (two postings each, 200 funds, 36 months) before. Sides take turns; the medians are compared. Exit
code 1 when the ratio is above the limit or the kept-up rows differ from a rebuild.
"""

import argparse
import datetime as dt
import logging
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import dj_database_url
import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
django.setup()
logging.disable(logging.WARNING)  # there is no broker here to wake

from django.core.management import call_command  # noqa: E402  models need the settings above
from django.db import connections  # noqa: E402

from crm.base.context import institute_context  # noqa: E402
from crm.embedded.temporary import TemporaryPostgres  # noqa: E402
from crm.identity.models import Institute  # noqa: E402
from sponsorships.actions.fund_money import accept_gift  # noqa: E402
from sponsorships.actions.funds import open_fund  # noqa: E402
from sponsorships.models import FundMonth  # noqa: E402
from sponsorships.rollups import fold_fund_usage, ledger_is_wrong, let_statements_take_long, rebuild_usage  # noqa: E402

LIMIT = 1.6
REBUILD_LIMIT = 1.5
FUNDS = 200
NEW_ENTRIES = 1_000

# The rows to come, prepared before the clock starts. Every fund holds a large gift and goes through the kinds in turn,
# in fives, so that no balance falls below zero. The journal before spans 36 months; of the new entries, which happen
# today, every tenth is dated back into them and the others fall in this month. Ids grow with time, as the product's do.
PREPARE = """
DROP TABLE IF EXISTS new_entries;
CREATE TEMP TABLE new_entries AS
SELECT uuidv7() AS id, f.id AS fund_id, f.institute_id, c.kind, c.origin, c.destination, 500 AS pence,
       CASE WHEN %(old)s OR (n + f.place) %% 10 = 0
            THEN DATE '2024-01-01' + ((n * 7919 + f.place * 31) %% 1064)::int
            ELSE DATE '2026-12-01' + (n %% 20)::int END AS occurred_on,
       f.last + 2 * n AS sequence
FROM (SELECT id, institute_id, row_number() OVER (ORDER BY id) AS place,
             (SELECT max(p.sequence) FROM sponsorships_posting p
              WHERE p.institute_id = f.institute_id AND p.fund_id = f.id) AS last
      FROM sponsorships_fund f) f
CROSS JOIN generate_series(1, %(each)s) AS n
JOIN (VALUES (1, 'awarded', 'available', 'committed'), (2, 'paid', 'committed', 'paid'),
             (3, 'awarded', 'available', 'committed'), (4, 'released', 'committed', 'available'),
             (0, 'recovered', 'paid', 'available')) AS c (step, kind, origin, destination) ON c.step = n %% 5
ORDER BY n, f.place;
ANALYZE new_entries;
"""
ENTRIES = """
INSERT INTO sponsorships_journalentry
  (id, institute_id, kind, occurred_on, memo, source_type, source_id, idempotency_key, at)
SELECT id, institute_id, kind, occurred_on, 'Bursary: travel', 'sponsorships.award', id, 'benchmark:' || id, now()
FROM new_entries
"""
POSTINGS = """
INSERT INTO sponsorships_posting (id, institute_id, entry_id, fund_id, bucket, pence, kind, occurred_on, sequence)
SELECT uuidv7(), institute_id, id, fund_id, origin, -pence, kind, occurred_on, sequence - 1 FROM new_entries
UNION ALL
SELECT uuidv7(), institute_id, id, fund_id, destination, pence, kind, occurred_on, sequence FROM new_entries
"""
# What any report without a roll-up would have to ask.
GROUP_BY = """
SELECT fund_id, date_trunc('month', occurred_on::timestamp), kind, bucket, sum(pence), count(*)
FROM sponsorships_posting GROUP BY 1, 2, 3, 4
"""
# The journal before the measurement is written without triggers, so what they would have kept is summed here.
CATCH_UP = """
UPDATE sponsorships_fundbalance b SET pence = s.pence
FROM (SELECT fund_id, bucket, sum(pence) AS pence FROM sponsorships_posting GROUP BY 1, 2) s
WHERE s.fund_id = b.fund_id AND s.bucket = b.bucket
"""


def measure(entries: int, pairs: int) -> bool:
    """One table size: seed, take turns, compare with a rebuild, print. Whether it held."""
    with TemporaryPostgres(fast=True) as postgres:
        database = postgres.database("rollup")
        bench = Bench(database.app_url, database.owner_url)
        started = time.perf_counter()
        bench.seed(database.superuser_url, entries)
        print(f"          (written before the measurement in {time.perf_counter() - started:.0f} s)", flush=True)
        bare, folded = bench.take_turns(pairs)
        is_equal = bench.equals_rebuild()
        grouped, rebuilt = bench.rebuild_in_turns(3)
        proven_in = bench.seconds_to_prove()
        again = rebuilt / grouped
        ratio = statistics.median(folded) / statistics.median(bare)
        print(f"{entries:>9,} entries before, {pairs} pairs of {NEW_ENTRIES:,} new ones")
        print(f"          insert alone    median {statistics.median(bare):6.1f} ms  ({_list(bare)})")
        print(f"          insert and fold median {statistics.median(folded):6.1f} ms  ({_list(folded)})")
        print(f"          ratio {ratio:.2f} (limit {LIMIT}); kept up {'=' if is_equal else '≠'} rebuilt")
        print(f"          rebuild {rebuilt:.2f} s, GROUP BY {grouped:.2f} s; ratio {again:.2f} (limit {REBUILD_LIMIT})")
        print(f"          every balance and the roll-up proven from all postings in {proven_in:.1f} s", flush=True)
        return ratio <= LIMIT and again <= REBUILD_LIMIT and is_equal


class Bench:
    """A database with the real schema and an institute with 200 funds."""

    def __init__(self, app_url: str, owner_url: str) -> None:
        self._point_django_at(app_url, owner_url)
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        self.institute = self._institute()

    def _point_django_at(self, app_url: str, owner_url: str) -> None:
        for alias, url in (("default", app_url), ("owner", owner_url)):
            connections[alias].close()
            connections[alias].settings_dict.update(dj_database_url.parse(url))

    def _institute(self) -> Institute:
        institute = Institute.objects.create(code="bench", name="Benchmark", short_name="Benchmark")
        with institute_context(institute.id):
            for number in range(FUNDS):
                fund = open_fund(name=f"Fund {number:03}", kind="bursary", starts_on=dt.date(2024, 1, 1), by=None)
                accept_gift(fund=fund, pence=10**12, memo="Gift", key=f"gift {number}", by=None)
        return institute

    def seed(self, superuser_url: str, entries: int) -> None:
        """Fill the journal set-based, without triggers, then roll it up once and let the planner know the tables."""
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in PREPARE.split(";\n"):
                if statement.strip():
                    connection.execute(
                        statement, {"each": entries // FUNDS, "old": True} if "%(" in statement else None
                    )
            for statement in (ENTRIES, POSTINGS, CATCH_UP):
                connection.execute(statement)
            connection.execute("VACUUM ANALYZE")
        self._inside(lambda: (let_statements_take_long(), rebuild_usage()))
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def take_turns(self, pairs: int) -> tuple[list[float], list[float]]:
        """Milliseconds of each run, from BEGIN to COMMIT. One pair to warm up is thrown away."""
        bare, folded = [], []
        for number in range(pairs + 1):
            sides = [(bare, False), (folded, True)]
            for times, with_fold in sides if number % 2 else reversed(sides):
                times.append(self._timed(with_fold))
                self._inside(fold_fund_usage)  # what the bare side left over is nobody's cost
        return bare[1:], folded[1:]

    def _timed(self, with_fold: bool) -> float:
        with connections["default"].cursor() as cursor:
            self._inside(lambda: cursor.execute(PREPARE, {"each": NEW_ENTRIES // FUNDS, "old": False}))
            started = time.perf_counter()
            with institute_context(self.institute.id):
                cursor.execute(ENTRIES)
                cursor.execute(POSTINGS)
                if with_fold:
                    fold_fund_usage()
            return (time.perf_counter() - started) * 1000

    def equals_rebuild(self) -> bool:
        """Whether every kept-up row, its id included, is the row that a rebuild from nothing makes."""
        kept_up = self._inside(self._rows)
        self._inside(lambda: (let_statements_take_long(), FundMonth.objects.all().delete(), rebuild_usage()))
        print(f"          rebuilt {len(kept_up):,} rows of the roll-up")
        return kept_up == self._inside(self._rows) and bool(kept_up)

    def rebuild_in_turns(self, pairs: int) -> tuple[float, float]:
        """Median seconds of summing the whole journal, and of rebuilding every fund's roll-up from it."""
        grouped, rebuilt = [], []
        for _ in range(pairs):
            grouped.append(self._seconds(self._group_by))
            rebuilt.append(self._seconds(rebuild_usage))
        return statistics.median(grouped), statistics.median(rebuilt)

    def _group_by(self) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(GROUP_BY)
            cursor.fetchall()

    def _seconds(self, work: Callable[[], Any]) -> float:
        started = time.perf_counter()
        self._inside(lambda: (let_statements_take_long(), work()))
        return time.perf_counter() - started

    def seconds_to_prove(self) -> float:
        """What `ledger verify` takes. What was committed to no award is not looked at: this journal has no awards."""
        started = time.perf_counter()
        wrong = [row for row in self._inside(ledger_is_wrong) if "its awards say" not in row]
        assert wrong == [], wrong[:5]
        return time.perf_counter() - started

    def _rows(self) -> list[tuple]:
        return list(FundMonth.objects.order_by("id").values_list())

    def _inside(self, work: Callable[[], Any]) -> Any:
        with institute_context(self.institute.id):
            return work()


def _list(times: list[float]) -> str:
    return ", ".join(f"{t:.1f}" for t in times)


def main() -> int:
    """Print the machine, then each size."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", default="100000,1000000", help="journal entries before, one or more sizes")
    arguments.add_argument("--pairs", type=int, default=7)
    options = arguments.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("Django", "psycopg"))
    print(f"Python {platform.python_version()}, {versions}, PostgreSQL {postgres_version()}, {os.cpu_count()} cores")
    held = [measure(int(rows), max(options.pairs, 5)) for rows in options.rows.split(",")]
    print("held" if all(held) else "NOT held")
    return 0 if all(held) else 1


def postgres_version() -> str:
    """Of the embedded server."""
    with TemporaryPostgres(fast=True) as postgres:
        with psycopg.connect(postgres.database("version").superuser_url) as connection:
            return connection.execute("SHOW server_version").fetchone()[0]


if __name__ == "__main__":
    sys.exit(main())
