"""What each staged row would do. Nothing of the product is written here."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from crm.base.bulk import bulk_update
from crm.base.ids import new_id
from crm.imports.kinds import SOURCE_KEY, ImportKind
from crm.imports.models import ImportJob, ImportRow, SourceRecord

AT_ONCE = 1000

Verdict = ImportRow.Verdict
FOUND = ["facts", "verdict", "faults", "notes", "changes", "candidates", "target_id", "said_before", "repeats"]


def check_some(job: ImportJob, kind: ImportKind) -> bool:
    """Check the next rows. True when none is left."""
    rows = list(ImportRow.objects.filter(job=job, verdict="").defer("cells", "fixes").order_by("number")[:AT_ONCE])
    check(job, kind, rows)
    bulk_update(rows, FOUND)
    return len(rows) < AT_ONCE


def check(job: ImportJob, kind: ImportKind, rows: Sequence[ImportRow]) -> None:
    """Set the verdict of rows without faults, with what it rests on."""
    said = _said_before(job, rows)
    now_at = kind.follow([record.object_id for record in said.values()])
    for row in rows:
        row.candidates, row.changes, row.target_id, row.said_before = [], {}, None, None
        if row.key in said:
            row.target_id = now_at[said[row.key].object_id]
    kind.find([row for row in rows if row.target_id is None and row.choice in ("", "new")])
    for row in rows:
        _heed_choice(row)
    _refuse_second_claims(job, rows)
    current = kind.current([row.target_id for row in rows if row.target_id])
    for row in rows:
        if not row.verdict:
            _judge(job, kind, row, current, said.get(row.key))


def _said_before(job: ImportJob, rows: Sequence[ImportRow]) -> dict[str, SourceRecord]:
    """What the source said before, by the rows' keys."""
    if not job.source:
        return {}
    keys = [row.key for row in rows]
    found = SourceRecord.objects.filter(kind=job.kind, source=job.source, key__in=keys)
    return {record.key: record for record in found}


def _heed_choice(row: ImportRow) -> None:
    if row.choice == "skip":
        row.verdict = Verdict.SKIP
    elif row.choice == "new":
        row.target_id, row.candidates = None, []
    elif row.choice:
        row.target_id, row.candidates = uuid.UUID(row.choice), []


def _refuse_second_claims(job: ImportJob, rows: Sequence[ImportRow]) -> None:
    """Two rows that lead to one record: the first counts. But two keys of one source are two things of one name."""
    targets = [row.target_id for row in rows if row.target_id]
    others = ImportRow.objects.filter(job=job, target_id__in=targets).exclude(id__in=[row.id for row in rows])
    claimed = {target: (number, key) for target, number, key in others.values_list("target_id", "number", "key")}
    for row in sorted(rows, key=lambda row: row.number):
        if row.target_id is None or row.verdict:
            continue
        number, key = claimed.setdefault(row.target_id, (row.number, row.key))
        if number == row.number:
            continue
        row.target_id = None
        if not (job.source and _is_theirs(key) and _is_theirs(row.key)):
            row.verdict, row.repeats = Verdict.REPEAT, number
            row.notes = [*row.notes, f"The same record as row {number}, which counts."]


def _is_theirs(key: str) -> bool:
    return key.startswith("k:")


def _judge(
    job: ImportJob,
    kind: ImportKind,
    row: ImportRow,
    current: dict[uuid.UUID, dict[str, Any]],
    record: SourceRecord | None,
) -> None:
    if row.target_id is not None and row.target_id not in current:
        row.target_id = None  # what the source spoke of is gone
    if any(not candidate.get("perhaps") for candidate in row.candidates):
        row.verdict = Verdict.DUPLICATE
    elif row.target_id is None:
        row.verdict, row.target_id = Verdict.NEW, new_id()
    else:
        row.said_before = record.facts if record else None
        is_older = bool(record and job.as_of and job.as_of < record.listed_on)
        row.changes, kept = compare(job, kind, row, current[row.target_id], is_older)
        row.notes = [*row.notes, *kept]
        row.verdict = Verdict.UPDATE if row.changes else Verdict.UNCHANGED


def compare(
    job: ImportJob, kind: ImportKind, row: ImportRow, current: dict[str, Any], is_older: bool
) -> tuple[dict[str, list[Any]], list[str]]:
    """What the row would change, as {field: [old, new]}, and what it says otherwise and would not.

    An empty cell changes nothing. An empty value is filled. A value that the source gave is overwritten by it; one that
    somebody else gave only where the person who imports asked for that.
    """
    changes: dict[str, list[Any]] = {}
    kept = []
    said = row.said_before or {}
    for field in kind.fields:
        new, old = row.facts.get(field.name), current.get(field.name)
        if field.name == SOURCE_KEY or field.name in kind.for_new or new is None or new == old:
            continue
        is_its_own = field.name in said and said[field.name] == old and not is_older
        if old in (None, "", []) or ((is_its_own or job.overwrites) and field.name not in kind.fixed):
            changes[field.name] = [old if old is not None else "", new]
        else:
            kept.append(f"{field.label}: “{shown(new)}” in the file; “{shown(old)}” stays.")
    return changes, kept


def shown(value: Any) -> str:
    """A value in a sentence."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)[:120]


def no_longer_listed(job: ImportJob) -> Any:
    """What the source listed before and this snapshot of it does not. A row with a problem still lists its record."""
    if not (job.source and job.is_snapshot):
        return SourceRecord.objects.none()
    ours = SourceRecord.objects.filter(kind=job.kind, source=job.source)
    if job.as_of and ours.filter(listed_on__gt=job.as_of).exists():
        return ours.none()  # an older snapshot knows nothing of what came later
    rows = ImportRow.objects.filter(job=job)
    listed = Exists(rows.filter(key=OuterRef("key"))) | Exists(rows.filter(target_id=OuterRef("object_id")))
    return ours.filter(~listed, unlisted_on=None)
