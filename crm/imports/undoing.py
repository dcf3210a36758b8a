"""Taking an import back: records that it made go, values that it wrote return, unless somebody has built on them."""

import uuid
from collections.abc import Sequence

from crm.base.bulk import bulk_update
from crm.identity.models import User
from crm.imports.kinds import ImportKind
from crm.imports.models import ImportJob, ImportRow, SourceRecord

Outcome = ImportRow.Outcome


def undo_some(job: ImportJob, kind: ImportKind, by: User) -> bool:
    """Take back the next rows, last first. True when none is left. Call it in a transaction."""
    done = ImportRow.objects.filter(job=job, outcome__in=[Outcome.CREATED, Outcome.UPDATED])
    rows = list(done.order_by("-number")[: kind.at_once])
    made = [row for row in rows if row.outcome == Outcome.CREATED]
    changed = [row for row in rows if row.outcome == Outcome.UPDATED]
    held = kind.remove(made, by) if made else {}
    held |= _give_back(changed, kind, by) if changed else {}
    for row in rows:
        row.remark = held.get(row.id, "")[:300]
        row.outcome = Outcome.KEPT if row.remark else Outcome.UNDONE
    bulk_update(rows, ["outcome", "remark"])
    return len(rows) < kind.at_once


def _give_back(rows: Sequence[ImportRow], kind: ImportKind, by: User) -> dict[uuid.UUID, str]:
    """The same write, the other way round: it refuses where a value is no longer the one that was written."""
    for row in rows:
        row.changes = {name: [new, old] for name, (old, new) in row.changes.items()}
    return kind.update(rows, by, is_undo=True)


def forget_what_was_said(job: ImportJob) -> None:
    """Let the source say again what it said before this import, where no later one has spoken."""
    if not job.source:
        return
    ours = SourceRecord.objects.filter(kind=job.kind, source=job.source)
    rows = ImportRow.objects.filter(job=job, outcome__in=[Outcome.UNDONE, Outcome.UNCHANGED]).exclude(target_id=None)
    before = dict(rows.values_list("key", "said_before"))
    spoken = list(ours.filter(job_id=job.id))
    restored = [record for record in spoken if before.get(record.key)]
    for record in restored:
        record.facts = before[record.key]
    bulk_update(restored, ["facts"])
    gone = [record.pk for record in spoken if record.key in before and not before[record.key]]
    ours.filter(pk__in=gone).delete()
    ours.filter(unlisted_by=job.id).update(unlisted_on=None, unlisted_by=None)
