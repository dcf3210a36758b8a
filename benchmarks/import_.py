"""What importing employers costs: reading, checking, applying, handing its facts on, and the same file again.

    python -m benchmarks.import_ --rows 10000,100000 --peer-rows 2000

The file is generated (seed printed): names, company numbers that lost zeros, SIC codes, postcodes, sizes. Ours is the
whole way of a worker on a migrated database: child process, validation, duplicates, row security, audit, search, domain
events. Beside the apply step stand, on the same file: a plain COPY into a temporary table and INSERT … SELECT of the
same columns into the same table, and django-import-export with a ModelResource, for `--peer-rows` rows.
"""

import argparse
import csv
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.stage import Stage, print_machine, stage  # first: it makes the settings known

from django.db import connection, transaction  # isort: skip

import tablib
from import_export import resources

from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.imports.actions import apply_import, check_import, start_import
from crm.imports.files.reader import ROOT, look
from crm.imports.models import ImportJob
from crm.imports.reads import account
from crm.imports.work import one_step
from crm.outbox.models import Delivery
from employers.models import DuplicatePair, Employer
from workers.relay import drain

LIMIT_SECONDS = {10_000: 60, 100_000: 8 * 60}
LIMIT_MEMORY = 300  # MB above idle
MOST_HANDED_ON = 20_000  # rows whose facts are handed on too: one worker hands on about 200 a second
HEADS = ["EmployerId", "EmployerName", "CompanyNumber", "SicCodes", "PostCode", "Town", "EmployerSize"]
FIRST = "Aire Humber Ouse Wharfe Calder Derwent Holme Nidd Swale Esk Tees Trent Don Rother Dearne Hull".split()
SECOND = "Precision Marine Digital Timber Steel Packaging Logistics Textile Energy Civil Rail Dental Polymer".split()
THIRD = "Engineering Systems Services Solutions Fabrications Trading Partners Works Projects Supplies".split()
SIZES = ["250 to 499", "500 to 999", "1000 to 4999", "Not Provided"]


def file_of(rows: int, seed: int) -> bytes:
    """A CSV of employers, each under a key of its own."""
    chance, out = random.Random(seed), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for number in range(rows):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {chance.choice(THIRD)} {number:06d} Ltd"
        company = str(1_000_000 + number) if chance.random() < 0.7 else ""
        postcode = f"{chance.choice(['LS', 'HU', 'DN', 'YO'])}{chance.randint(1, 20)} {chance.randint(1, 9)}AB"
        writer.writerow([number, name, company, "62012,\n6110", postcode, "Leeds", chance.choice(SIZES)])
    return out.getvalue().encode()


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak() -> float:
    """The most memory this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# Started from a process that is small itself: a child begins with the memory of who starts it.
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def peak_of_reader(content: bytes) -> float:
    """The most memory that the process which opens the file uses, in MB."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(content)
        file.flush()
        reading = json.dumps(look(Path(file.name), "bench.csv").reading)
        child = [sys.executable, "-m", "crm.imports.files.child", "rows", file.name, "bench.csv", reading]
        done = subprocess.run([sys.executable, "-c", _MEASURED, *child], cwd=ROOT, capture_output=True, check=True)
    return float(done.stdout)


class Ours:
    """One institute, one worker."""

    def __init__(self, at: Stage) -> None:
        self.at = at

    def run(self, content: bytes, source: str) -> tuple[ImportJob, dict[str, float]]:
        """The import, and the seconds of its parts."""
        took, manager = {}, self.at.manager
        with institute_context(self.at.institute.id, user_id=manager.id):
            started = time.perf_counter()
            job = start_import(kind="employers", file_name="bench.csv", content=[content], by=manager)
            check_import(job=job, columns=job.columns, source=source, by=manager)
            took["upload"] = time.perf_counter() - started
        took["read and check"] = timed(self._work)
        with institute_context(self.at.institute.id, user_id=manager.id):
            apply_import(job=ImportJob.objects.get(pk=job.pk), by=manager)
        took["apply"] = timed(self._work)
        with institute_context(self.at.institute.id):
            return ImportJob.objects.get(pk=job.pk), took

    def _work(self) -> None:
        while one_step(self.at.institute.id):
            pass


def plain_merge(at: Stage, lines: list[list[str]]) -> float:
    """COPY into a temporary table and one INSERT … SELECT, rolled back: no check, no search, no event."""

    def merge() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE plain (id uuid, name text, postcode text, town text) ON COMMIT DROP")
            with cursor.copy("COPY plain FROM STDIN") as copy:
                for line in lines:
                    copy.write_row((new_id(), line[1], line[4], line[5]))
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(
                "INSERT INTO employers_employer (id, institute_id, name, stage, sector, is8_sector, sic_section,"
                " size_band, website, domain, town, postcode, local_authority, region, lsip_area, notes, created_at)"
                " SELECT id, %s, name, 'prospect', '', '', '', '', '', '', town, postcode, '', '', '', '', now()"
                " FROM plain p WHERE NOT EXISTS (SELECT FROM employers_employer e WHERE e.id = p.id)",
                [at.institute.id],
            )

    with institute_context(at.institute.id, user_id=at.manager.id):
        seconds = timed(merge)
        transaction.set_rollback(True)
    return seconds


def import_export(at: Stage, lines: list[list[str]]) -> float:
    """django-import-export as its documentation begins: a ModelResource, told apart by the name; rolled back."""
    with institute_context(at.institute.id, user_id=at.manager.id):

        class Resource(resources.ModelResource):
            class Meta:
                model = Employer
                fields = ("name", "postcode", "town")
                import_id_fields = ("name",)

        dataset = tablib.Dataset(*[(line[1], line[4], line[5]) for line in lines], headers=["name", "postcode", "town"])
        seconds = timed(lambda: Resource().import_data(dataset, raise_errors=True))
        transaction.set_rollback(True)
    return seconds


def measure(rows: int, peer_rows: int, seed: int) -> None:
    """Print one size."""
    content = file_of(rows, seed)
    lines = list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]
    reader = peak_of_reader(content)
    with stage() as at:
        plain = plain_merge(at, lines)
        peer = import_export(at, lines[:peer_rows])
        del lines
        idle = peak()
        job, took = Ours(at).run(content, "Benchmark")
        total, memory = sum(took.values()), peak() - idle
        handed_on = timed(lambda: drain(at.institute.id, seconds=3600 if rows <= MOST_HANDED_ON else 0))
        with institute_context(at.institute.id):
            deliveries, pairs = Delivery.objects.filter(state="done").count(), DuplicatePair.objects.count()
        again, second = Ours(at).run(content, "Benchmark")
    limit = LIMIT_SECONDS.get(rows, 0)
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items())
    print(f"\n{rows:,} employers, {len(content) / 1024 / 1024:.1f} MB: {account(job)}")
    print(f"  ours             {total:7.1f} s{f' of {limit}' if limit else ''} ({parts})")
    print(f"  memory           {memory:7.0f} MB above idle of {LIMIT_MEMORY}; the file's reader {reader:.0f} MB")
    if rows <= MOST_HANDED_ON:
        found = f"{deliveries:,} deliveries, {pairs:,} likely duplicates"
        print(f"  handing on       {handed_on:7.1f} s, by one worker: {found}")
    print(f"  the same again   {sum(second.values()):7.1f} s: {account(again)}")
    print(f"  apply step       {rows / took['apply']:7.0f} rows/s")
    print(
        f"  COPY and merge   {rows / plain:7.0f} rows/s, {took['apply'] / plain:.1f} times faster than our apply step"
    )
    ratio = (took["apply"] / rows) / (peer / peer_rows)
    whole = (total / rows) / (peer / peer_rows)
    print(f"  import-export    {peer_rows / peer:7.0f} rows/s; our apply step takes {ratio:.2f} of its time a row,")
    print(f"                   reading and checking included {whole:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", default="10000")
    parser.add_argument("--peer-rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=4)
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}")
    for rows in wanted.rows.split(","):
        print_machine()
        measure(int(rows), wanted.peer_rows, wanted.seed)


if __name__ == "__main__":
    main()
