"""What people do with an import. Reading, checking, applying and undoing themselves happen in the background."""

import datetime as dt
import hashlib
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crm.base.bulk import bulk_update
from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.core.registry import import_kinds
from crm.identity.models import User
from crm.imports import checking, staging
from crm.imports.files import reader
from crm.imports.files.limits import MAX_FILE, Refused
from crm.imports.kinds import ImportKind, facts_of, kind_of
from crm.imports.mapping import guess_columns, layout_of, remembered
from crm.imports.models import ImportFile, ImportJob, ImportMapping, ImportRow
from crm.imports.words import one_line
from crm.imports.work import NOT_APPLIED, settle_check
from crm.outbox.wake import wake_after_commit

UNDO_DAYS = 30
TASK = "workers.run_imports"

State, Verdict = ImportJob.State, ImportRow.Verdict


@action
def start_import(*, kind: str, file_name: str, content: Iterable[bytes], by: User) -> ImportJob:
    """Keep an uploaded file and find out how it is built. Columns are matched as for the last file of its layout.

    Raises DomainError at `file` when it is no table that can be read, or a hostile one.
    """
    if kind not in [known.name for known in import_kinds]:
        raise DomainError("Choose what the file holds.", field="kind")
    name = one_line(Path(file_name.replace("\\", "/")).name)[-200:] or "file"
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        digest, packed = _kept(content, file)
        seen = _look(Path(file.name), name, {})
    layout = layout_of(seen.headers)
    known = remembered(kind, layout)
    job = ImportJob(kind=kind, file_name=name, digest=digest, layout=layout, by=by)
    job.reading, job.headers, job.sample = seen.reading, seen.headers, seen.sample
    job.columns = known.columns if known else guess_columns(import_kinds[kind], seen.headers)
    if known:
        job.source, job.is_snapshot, job.overwrites = known.source, known.is_snapshot, known.overwrites
    job.save()
    ImportFile.objects.create(job=job, content=packed)
    return job


@action
def read_otherwise(*, job: ImportJob, wanted: dict[str, Any], by: User) -> ImportJob:
    """Read the file with another encoding, separator, sheet or header row. Raises DomainError at `reading`."""
    job = _locked(job, *NOT_APPLIED)
    try:
        with staging.unpacked(job) as path:
            seen = _look(path, job.file_name, wanted)
    except Refused as forgotten:
        raise Conflict(str(forgotten)) from forgotten
    _unstage(job)
    job.reading, job.headers, job.sample = seen.reading, seen.headers, seen.sample
    job.layout = layout_of(seen.headers)
    job.columns, job.trouble = guess_columns(import_kinds[job.kind], seen.headers), ""
    job.save()
    return job


@action
def check_import(
    *,
    job: ImportJob,
    columns: dict[str, int],
    source: str = "",
    as_of: dt.date | None = None,
    is_snapshot: bool = False,
    overwrites: bool = False,
    by: User,
) -> ImportJob:
    """Match the columns, remember that for files of this layout, and have every row checked in the background.

    Raises DomainError when a needed column is not matched, one serves twice, or a snapshot has no source.
    """
    job = _locked(job, *NOT_APPLIED)
    _refuse_columns(job, columns)
    source = one_line(source)[:80]
    if is_snapshot and not source:
        raise DomainError("Name the source whose whole list this is.", field="source")
    if as_of and as_of > today():
        raise DomainError("Enter a day that has come: the day whose state the file shows.", field="as_of")
    _unstage(job)
    said = {"columns": columns, "source": source, "is_snapshot": is_snapshot, "overwrites": overwrites}
    for name, value in said.items():
        setattr(job, name, value)
    job.as_of, job.state, job.by, job.trouble = as_of, State.CHECKING, by, ""
    job.save()
    ImportMapping.objects.update_or_create(kind=job.kind, layout=job.layout, defaults=said)
    wake_after_commit(TASK, job.institute_id)
    return job


@action
def fix_row(*, job: ImportJob, number: int, values: dict[str, str], by: User) -> ImportRow:
    """Type over cells of a row of a checked file and check it again. Raises NotFound, Conflict, DomainError."""
    job = _locked(job, State.CHECKED)
    row, kind = _row(job, number), kind_of(job)
    unknown = set(values) - {field.name for field in kind.fields}
    if unknown:
        raise DomainError("There is no such column.", field=sorted(unknown)[0])
    row.fixes = {**row.fixes, **{name: text[:4000].replace("\0", "") for name, text in values.items()}}
    _read_again(kind, row)
    keys = kind.keys(row.facts) if row.facts else None
    if keys and not row.key.startswith("k:"):
        row.key = f"n:{keys.strong}" if keys.strong else f"w:{keys.weak}"[:300]
    return _check_again(job, kind, row)


@action
def choose_for_row(*, job: ImportJob, number: int, choice: str, by: User) -> ImportRow:
    """Say what a row is: "new", "skip", or the id of one of its candidates; "" to take that back."""
    job = _locked(job, State.CHECKED)
    row, kind = _row(job, number), kind_of(job)
    if choice not in ("", "new", "skip", *(candidate["id"] for candidate in row.candidates)) and choice != row.choice:
        raise DomainError("Choose one of those shown.", field="choice")
    row.choice = choice
    _read_again(kind, row)
    return _check_again(job, kind, row)


@action
def apply_import(*, job: ImportJob, by: User) -> ImportJob:
    """Have the checked rows written in the background, in the name of `by`."""
    job = _locked(job, State.CHECKED)
    job.state, job.by, job.trouble = State.APPLYING, by, ""
    job.save(update_fields=["state", "by", "trouble"])
    wake_after_commit(TASK, job.institute_id)
    return job


@action
def resume_import(*, job: ImportJob, by: User) -> ImportJob:
    """Go on with an import that stopped while it was written, or taken back. Raises Conflict when it did not, or when
    its rows are forgotten.
    """
    job = _locked(job, State.STOPPED)
    if job.rows_forgotten_at:
        raise Conflict("The rows of this file are forgotten. Import it again: what was imported is found unchanged.")
    job.state, job.trouble, job.tally["failures"] = State(job.tally.pop("stopped")), "", 0
    job.save(update_fields=["state", "trouble", "tally"])
    wake_after_commit(TASK, job.institute_id)
    return job


@action
def undo_import(*, job: ImportJob, by: User) -> ImportJob:
    """Have an import, or the part of one that stopped, taken back in the background. Raises Conflict after 30 days."""
    job = _locked(job, State.APPLIED, State.STOPPED)
    if job.rows_forgotten_at or (job.applied_at or job.created_at) < now() - dt.timedelta(days=UNDO_DAYS):
        raise Conflict(f"An import can be undone for {UNDO_DAYS} days.")
    job.state, job.by, job.trouble = State.UNDOING, by, ""
    job.tally.pop("stopped", None)
    job.save(update_fields=["state", "by", "trouble", "tally"])
    wake_after_commit(TASK, job.institute_id)
    return job


@action
def drop_import(*, job: ImportJob, by: User) -> ImportJob:
    """Give up a file before it is imported; its rows and its bytes are forgotten at once."""
    job = _locked(job, *NOT_APPLIED)
    staging.forget_rows(job)
    job.state = State.DROPPED
    job.save(update_fields=["state"])
    return job


def _kept(content: Iterable[bytes], file: Any) -> tuple[str, bytes]:
    """The file on disk, its digest, and its bytes compressed."""
    digest, packer, packed, size = hashlib.sha256(), zlib.compressobj(1), [], 0
    for piece in content:
        size += len(piece)
        if size > MAX_FILE:
            limit = MAX_FILE // 1024 // 1024
            raise DomainError(f"A file may have {limit} MB. Save only the table you need as CSV.", field="file")
        digest.update(piece)
        packed.append(packer.compress(piece))
        file.write(piece)
    file.flush()
    return digest.hexdigest(), b"".join([*packed, packer.flush()])


def _look(path: Path, name: str, wanted: dict[str, Any]) -> reader.Look:
    try:
        return reader.look(path, name, wanted)
    except Refused as refusal:
        raise DomainError(str(refusal), field="file", code="unreadable") from refusal


def _unstage(job: ImportJob) -> None:
    ImportRow.objects.filter(job=job).delete()
    job.reading.pop("stage", None)
    job.total_rows, job.tally, job.effects = 0, {}, []
    job.state = State.UPLOADED


def _refuse_columns(job: ImportJob, columns: dict[str, int]) -> None:
    kind = import_kinds[job.kind]
    for name, position in columns.items():
        if name not in [field.name for field in kind.fields] or not 0 <= position < len(job.headers):
            raise DomainError("There is no such column.", field=name)
    for field in kind.fields:
        if field.is_needed and columns.keys().isdisjoint({field.name, *field.parts}):
            raise DomainError(f"Say which column holds: {field.label.lower()}.", field=field.name)
    for name, position in columns.items():
        others = [other for other, taken in columns.items() if taken == position and other != name]
        if others:
            label = kind.field(others[0]).label
            raise DomainError(f"This column is matched to {label.lower()} as well.", field=name)


def _read_again(kind: ImportKind, row: ImportRow) -> None:
    """What the row itself says, without what an earlier check has said of it."""
    row.facts, row.faults, row.notes = facts_of(kind, row.cells, row.fixes)


def _check_again(job: ImportJob, kind: ImportKind, row: ImportRow) -> ImportRow:
    _judge_anew(job, kind, row)
    _let_go(job, kind, row)
    settle_check(job)
    job.save(update_fields=["tally", "effects"])
    return row


def _judge_anew(job: ImportJob, kind: ImportKind, row: ImportRow) -> None:
    row.repeats, row.verdict = None, Verdict.PROBLEM if row.faults else ""
    first = ImportRow.objects.filter(job=job, key=row.key).exclude(pk=row.pk).exclude(verdict=Verdict.PROBLEM)
    earlier = first.exclude(verdict=Verdict.REPEAT).first() if row.key else None
    if earlier and not row.verdict and row.choice != "new":
        row.verdict, row.repeats = Verdict.REPEAT, earlier.number
    checking.check(job, kind, [] if row.verdict else [row])
    row.save()


def _let_go(job: ImportJob, kind: ImportKind, row: ImportRow) -> None:
    """Of the rows that repeated this one, and are about something else than it is now, the first counts itself."""
    repeating = ImportRow.objects.filter(job=job, verdict=Verdict.REPEAT, repeats=row.number).order_by("number")
    if row.verdict != Verdict.PROBLEM:
        repeating = repeating.exclude(key=row.key)
    first: dict[str, ImportRow] = {}
    others = []
    for other in repeating:
        _read_again(kind, other)
        if other.key not in first:
            _judge_anew(job, kind, other)
            first[other.key] = other
            continue
        counts = first[other.key]
        other.repeats = counts.repeats or counts.number
        other.notes = [*other.notes, *staging.contradictions(kind, counts, other)]
        others.append(other)
    bulk_update(others, ["facts", "faults", "notes", "repeats"])


def _locked(job: ImportJob, *allowed: str) -> ImportJob:
    locked = ImportJob.objects.select_for_update().filter(pk=job.pk).first()
    if locked is None:
        raise NotFound("There is no such import in this institute.")
    if locked.state not in allowed:
        raise Conflict(f"This import is “{locked.get_state_display()}”, so this cannot be done now.")
    return locked


def _row(job: ImportJob, number: int) -> ImportRow:
    row = ImportRow.objects.select_for_update().filter(job=job, number=number).first()
    if row is None:
        raise NotFound("There is no such row in this file.")
    return row
