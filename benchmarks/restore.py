"""The restore drill: seconds to back up a database and to prove, on a copy, that it can be restored.

    python -m benchmarks.restore --rows 700000

Rows of every sort count: journal entries and their postings, employers, the audit of each and its seals. The drill is
the command that an operator runs: it reads the file into a database of its own, compares the digest of every table,
migrates, proves row security, every ledger and the audit chain, and throws the copy away. Beside it stand the same
file's bare pg_dump and pg_restore.
"""

import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from benchmarks.stage import Stage, options, print_machine, stage
from crm.audit.seals import seal_entries
from crm.base.context import institute_context
from crm.embedded.binaries import postgres_program
from crm.embedded.manifests import read_manifest
from employers.models import Employer
from sponsorships.actions.fund_money import accept_gift
from sponsorships.actions.funds import open_fund
from sponsorships.rollups import fold_fund_usage, let_statements_take_long

FUNDS = 200
EMPLOYERS = 20_000
GIFT_ROWS = 3  # an entry and two postings
EMPLOYER_ROWS = 4  # itself, its audit entry, the personal values beside it, its leaf in a seal

_GIFTS = """
CREATE TEMP TABLE gifts AS
SELECT gen_random_uuid() AS id, f.id AS fund_id, f.institute_id, DATE '2024-01-01' + (n * 7919 %% 1064)::int AS day,
       2 + 2 * n AS sequence
FROM sponsorships_fund f CROSS JOIN generate_series(1, {each}) AS n;
INSERT INTO sponsorships_journalentry
  (id, institute_id, kind, occurred_on, memo, source_type, source_id, idempotency_key, at)
SELECT id, institute_id, 'gift', day, 'A gift', 'sponsorships.fund', fund_id, 'benchmark:' || id, now() FROM gifts;
INSERT INTO sponsorships_posting (id, institute_id, entry_id, fund_id, bucket, pence, kind, occurred_on, sequence)
SELECT gen_random_uuid(), institute_id, id, fund_id, 'external', -500, 'gift', day, sequence - 1 FROM gifts
UNION ALL
SELECT gen_random_uuid(), institute_id, id, fund_id, 'available', 500, 'gift', day, sequence FROM gifts;
UPDATE sponsorships_fundbalance b SET pence = s.pence
FROM (SELECT fund_id, bucket, sum(pence) AS pence FROM sponsorships_posting GROUP BY 1, 2) s
WHERE s.fund_id = b.fund_id AND s.bucket = b.bucket
"""


def fill(place: Stage, rows: int) -> None:
    """About as many rows as asked for, every one as the product would have left it."""
    with institute_context(place.institute.id):
        Employer.objects.bulk_create([Employer(name=f"Employer {n}", notes="Met") for n in range(EMPLOYERS)])
        for number in range(FUNDS):
            fund = open_fund(name=f"Fund {number:03}", kind="bursary", starts_on=dt.date(2024, 1, 1), by=None)
            accept_gift(fund=fund, pence=10_000_00, memo="Gift", key=f"gift {number}", by=None)
    gifts = max(0, rows - EMPLOYERS * EMPLOYER_ROWS) // GIFT_ROWS
    place.seed(*_GIFTS.format(each=gifts // FUNDS).split(";\n"))
    with institute_context(place.institute.id):
        let_statements_take_long()
        fold_fund_usage()
        seal_entries()


def seconds(work: Callable[..., object], *words: object, **options: object) -> float:
    """How long a call took."""
    began = time.perf_counter()
    work(*words, **options)
    return time.perf_counter() - began


def bare_copy(place: Stage, file: Path) -> tuple[float, float]:
    """pg_dump and pg_restore alone, as the superuser, into a new database."""
    dump = [postgres_program("pg_dump"), "--format=custom", f"--file={file}", place.superuser_url]
    copy = place.superuser_url.rsplit("/", 1)[0] + "/bare_copy"
    subprocess.run([postgres_program("createdb"), f"--maintenance-db={place.superuser_url}", "bare_copy"], check=True)
    restore = [postgres_program("pg_restore"), f"--dbname={copy}", file]
    return seconds(subprocess.run, dump, check=True), seconds(subprocess.run, restore, check=True)


def main() -> int:
    asked = options(__doc__, rows=700_000)
    print_machine()
    with stage() as place, tempfile.TemporaryDirectory() as directory:
        for alias in ("default", "owner"):
            settings.DATABASES[alias] = dict(connections[alias].settings_dict)
        fill(place, asked.rows)
        file = Path(directory) / "b.dump"
        backed_up = seconds(call_command, "backup", file)
        drilled = seconds(call_command, "restore", file, drill=True)
        dumped, restored = bare_copy(place, Path(directory) / "bare.dump")
        manifest = read_manifest(file)
        print(f"{manifest.rows:,} rows, {manifest.size / 1e6:.0f} MB")
        print(f"backup {backed_up:.1f} s; pg_dump alone {dumped:.1f} s; ratio {backed_up / dumped:.2f}")
        print(f"drill  {drilled:.1f} s; pg_restore alone {restored:.1f} s; ratio {drilled / restored:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
