"""Writing what was checked, a chunk in a transaction, so that a killed worker loses a chunk and repeats none."""

import uuid
from collections.abc import Sequence

from crm.base.bulk import bulk_insert, bulk_update
from crm.base.clock import today
from crm.identity.models import User
from crm.imports.checking import no_longer_listed
from crm.imports.kinds import ImportKind
from crm.imports.models import ImportJob, ImportRow, SourceRecord

Verdict, Outcome = ImportRow.Verdict, ImportRow.Outcome
_NOT_NEEDED = ("cells", "fixes", "faults", "notes", "candidates")
_REMARKS = {
    Verdict.DUPLICATE: "Possible duplicate: nobody chose what to do.",
    Verdict.SKIP: "Left out by choice.",
}


def apply_some(job: ImportJob, kind: ImportKind, by: User) -> bool:
    """Write the next rows. True when none is left. Call it in a transaction."""
    wanted = [Verdict.NEW, Verdict.UPDATE, Verdict.UNCHANGED]
    waiting = ImportRow.objects.filter(job=job, outcome="", verdict__in=wanted).defer(*_NOT_NEEDED)
    rows = list(waiting.order_by("number")[: kind.at_once])
    refused = _write(rows, kind, by)
    for row in rows:
        row.remark = refused.get(row.id, "")[:300]
        row.outcome = Outcome.REJECTED if row.remark else _outcome(row)
    bulk_update(rows, ["outcome", "remark", "target_id"])
    if job.source:
        _remember(job, [row for row in rows if not row.remark])
    return len(rows) < kind.at_once


def _write(rows: Sequence[ImportRow], kind: ImportKind, by: User) -> dict[uuid.UUID, str]:
    new = [row for row in rows if row.verdict == Verdict.NEW]
    changed = [row for row in rows if row.verdict == Verdict.UPDATE]
    refused = kind.create(new, by) if new else {}
    return refused | (kind.update(changed, by) if changed else {})


def _outcome(row: ImportRow) -> str:
    return {Verdict.NEW: Outcome.CREATED, Verdict.UPDATE: Outcome.UPDATED}.get(row.verdict, Outcome.UNCHANGED)


def _remember(job: ImportJob, rows: Sequence[ImportRow]) -> None:
    """What the source says from now on. Fields that this file does not have stay as it said them before."""
    listed_on = job.as_of or today()
    records = [
        SourceRecord(
            kind=job.kind,
            source=job.source,
            key=row.key,
            object_id=row.target_id,
            facts={**(row.said_before or {}), **row.facts},
            listed_on=listed_on,
            job_id=job.id,
        )
        for row in rows
    ]
    written = "object_id = excluded.object_id, facts = excluded.facts, listed_on = excluded.listed_on,"
    written += " job_id = excluded.job_id, unlisted_on = NULL, unlisted_by = NULL"
    conflict = "(institute_id, kind, source, key) DO UPDATE SET " + written
    bulk_insert(records, on_conflict=f"{conflict} WHERE imports_sourcerecord.listed_on <= excluded.listed_on")


def close(job: ImportJob) -> int:
    """Settle the rows that write nothing, and mark what a snapshot no longer lists. Returns how many it marked."""
    rest = ImportRow.objects.filter(job=job, outcome="")
    rest.filter(verdict__in=[Verdict.REPEAT, Verdict.UNCHANGED]).update(outcome=Outcome.UNCHANGED)
    for verdict, remark in _REMARKS.items():
        rest.filter(verdict=verdict).update(outcome=Outcome.REJECTED, remark=remark)
    rest.filter(verdict=Verdict.PROBLEM).update(outcome=Outcome.REJECTED)  # its faults say why
    return no_longer_listed(job).update(unlisted_on=job.as_of or today(), unlisted_by=job.id)
