"""From the file to staged rows: reading them, and telling which of them are about the same thing."""

import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from crm.base.bulk import bulk_insert, bulk_update
from crm.base.clock import now
from crm.imports.files import reader
from crm.imports.files.limits import Refused
from crm.imports.kinds import SOURCE_KEY, ImportKind, Keys, facts_of
from crm.imports.models import ImportFile, ImportJob, ImportRow

AT_ONCE = 2000  # rows in a statement
IN_A_STEP = 20_000  # rows in a transaction
MANY_NAMES = 5  # a "key" under which more names than this stand is a word such as ONETIME

KEYED = ("key", "repeats", "verdict", "notes")
Verdict = ImportRow.Verdict


def read_some(job: ImportJob, kind: ImportKind) -> bool:
    """Stage the next rows of the file. True when it has been read to its end. Raises Refused."""
    latest = ImportRow.objects.filter(job=job).order_by("-number").values_list("number", flat=True).first() or 0
    with unpacked(job) as path:
        rows = (row for row in reader.rows(path, job.file_name, job.reading) if row[0] > latest)
        taken = 0
        while taken < IN_A_STEP:
            chunk = list(islice(rows, AT_ONCE))
            bulk_insert([_row(job, kind, number, cells) for number, cells in chunk])
            taken += len(chunk)
            if len(chunk) < AT_ONCE:
                return True
        rows.close()
    return False


@contextmanager
def unpacked(job: ImportJob) -> Iterator[Path]:
    """The uploaded file on disk for the length of a `with` block. Raises Refused when it is forgotten."""
    kept = ImportFile.objects.filter(job=job).first()
    if kept is None:
        raise Refused("This file is forgotten. Upload it again.")
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        file.write(zlib.decompress(kept.content))
        file.flush()
        yield Path(file.name)


def forget_rows(job: ImportJob) -> None:
    """Delete what the file said; the job keeps its counts."""
    ImportRow.objects.filter(job=job).delete()
    ImportFile.objects.filter(job=job).delete()
    job.sample, job.rows_forgotten_at = [], now()
    job.save(update_fields=["sample", "rows_forgotten_at"])


def _row(job: ImportJob, kind: ImportKind, number: int, cells: list[str]) -> ImportRow:
    cells = [cell.replace("\0", "\ufffd") for cell in cells]
    facts, faults, notes = facts_of(kind, cells, {})
    verdict = Verdict.PROBLEM if faults else ""
    return ImportRow(job=job, number=number, cells=cells, facts=facts, faults=faults, notes=notes, verdict=verdict)


def key_rows(job: ImportJob, kind: ImportKind) -> None:
    """Give each row its key, and name the row it repeats."""
    found = ImportRow.objects.filter(job=job).only("id", "number", "facts", *KEYED)
    rows = list(found.order_by("number"))
    for row in rows:
        row.keys = kind.keys(row.facts) if row.facts else Keys()
        row.theirs = str(row.facts.get(SOURCE_KEY, ""))[:200]
    _set_keys(rows)
    first: dict[str, ImportRow] = {}
    for row in rows:
        if row.verdict == Verdict.PROBLEM or not row.key:
            continue
        earlier = first.setdefault(row.key, row)
        if earlier is not row:
            row.repeats, row.verdict = earlier.number, Verdict.REPEAT
            row.notes = [*row.notes, *contradictions(kind, earlier, row)]
    for chunk in _chunks(rows):
        bulk_update(chunk, KEYED)


def _set_keys(rows: list[ImportRow]) -> None:
    """The source's own key counts first, then an official number, then a name; each leads to one key for a thing."""
    placeholders = _placeholders(rows)
    by_strong: dict[str, str] = {}
    by_weak: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.theirs in placeholders:
            row.notes = [*row.notes, f"“{row.theirs}” stands for many, so it identifies nobody."]
            row.theirs = ""
        key = f"k:{row.theirs}" if row.theirs else ""
        if row.keys.strong:
            key = by_strong.setdefault(row.keys.strong, key or f"n:{row.keys.strong}")
        row.key = key
        if key and row.keys.weak:
            by_weak[row.keys.weak].add(key)
    for row in rows:
        same_name = by_weak.get(row.keys.weak, set())
        if not row.key and row.keys.weak:
            row.key = next(iter(same_name)) if len(same_name) == 1 else f"w:{row.keys.weak}"[:300]


def _placeholders(rows: list[ImportRow]) -> set[str]:
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.theirs and len(names[row.theirs]) <= MANY_NAMES:
            names[row.theirs].add(row.keys.weak)
    return {key for key, found in names.items() if len(found) > MANY_NAMES}


def contradictions(kind: ImportKind, earlier: ImportRow, row: ImportRow) -> list[str]:
    """What a repeated row says otherwise than the one that counts."""
    return [
        f"{field.label}: “{row.facts[field.name]}” here; row {earlier.number} counts."
        for field in kind.fields
        if field.name in row.facts and row.facts[field.name] != earlier.facts.get(field.name)
    ]


def _chunks(rows: list[ImportRow]) -> Iterator[list[ImportRow]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
