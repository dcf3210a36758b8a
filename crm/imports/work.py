"""The work of imports in the background: one step of one job at a time, each in a transaction of its own.

A step takes the job's row lock, so two workers never do the same one; what a killed worker had begun was never
committed, and the next worker goes on from the last step that was.
"""

import logging
import time
import uuid

from django.db import connection, transaction

from crm.base.clock import now
from crm.base.context import institute_context
from crm.imports import applying, checking, staging, undoing
from crm.imports.domain_events import ImportApplied, ImportUndone
from crm.imports.files.limits import Refused
from crm.imports.kinds import kind_of
from crm.imports.models import ImportJob
from crm.imports.reads import PERHAPS, rows_shown, tally_of
from crm.outbox.record import record

logger = logging.getLogger(__name__)

SECONDS = 40  # then the next task goes on: a task may take ninety
STATEMENT_SECONDS = 60
MOST_FAILURES = 3
AT_WORK = (ImportJob.State.CHECKING, ImportJob.State.APPLYING, ImportJob.State.UNDOING)
NOT_APPLIED = (ImportJob.State.UPLOADED, ImportJob.State.CHECKED, ImportJob.State.FAILED)

State = ImportJob.State


def work(institute_id: uuid.UUID, *, seconds: float = SECONDS) -> bool:
    """Do steps until nothing is left to do or the time is over. True when there may be more."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not one_step(institute_id):
            return False
    return True


def one_step(institute_id: uuid.UUID) -> bool:
    """The next step of the oldest job at work. False when there is none, or another worker has it."""
    job_id = None
    try:
        with institute_context(institute_id):
            jobs = ImportJob.objects.select_for_update(skip_locked=True, of=("self",)).select_related("by")
            job = jobs.filter(state__in=AT_WORK).order_by("created_at").first()
            if job is None:
                return False
            job_id = job.id
            with institute_context(institute_id, user_id=job.by_id), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")  # nobody waits for a page here
                _STEPS[State(job.state)](job)
                _forget_failures(job)
        _look_at_what_has_grown()
    except Refused as refusal:
        _give_up(institute_id, job_id, str(refusal))
    except Exception:
        logger.exception("a step of import %s failed", job_id)
        _count_failure(institute_id, job_id)
    return True


def _look_at_what_has_grown() -> None:
    """Have tables that the step has much enlarged analysed, in a transaction of its own: the next step plans with it.

    Else the foreign keys of a first import read all of the institute's rows for each that comes in.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
        cursor.execute("SELECT refresh_statistics()")


def _check(job: ImportJob) -> None:
    """Read the file, tell its rows apart, check them; then say what would follow."""
    kind = kind_of(job)
    stage = job.reading.get("stage", "read")
    if stage == "read" and staging.read_some(job, kind):
        job.reading["stage"] = "keys"
    elif stage == "keys":
        staging.key_rows(job, kind)
        job.reading["stage"] = "check"
    elif stage == "check" and checking.check_some(job, kind):
        settle_check(job)
        job.state = State.CHECKED
    if stage == "read":
        job.total_rows = job.rows.count()
    job.save(update_fields=["reading", "total_rows", "state", "tally", "effects"])


def settle_check(job: ImportJob) -> None:
    """Count anew what the check found."""
    job.tally = {"verdicts": tally_of(job, "verdict"), "unlisted": checking.no_longer_listed(job).count()}
    job.tally[PERHAPS] = rows_shown(job, PERHAPS).count()
    job.effects = kind_of(job).effects()


def _apply(job: ImportJob) -> None:
    if not applying.apply_some(job, kind_of(job), job.by):
        return
    marked = applying.close(job)
    outcomes = tally_of(job, "outcome")
    job.state, job.applied_at = State.APPLIED, now()
    job.tally = {**job.tally, "outcomes": outcomes, "unlisted": marked}
    job.save(update_fields=["state", "applied_at", "tally"])
    created, updated = outcomes.get("created", 0), outcomes.get("updated", 0)
    if created or updated or marked:
        facts = {"job_id": job.id, "kind": job.kind, "source": job.source}
        record(ImportApplied(created=created, updated=updated, no_longer_listed=marked, **facts), by=job.by)


def _undo(job: ImportJob) -> None:
    if not undoing.undo_some(job, kind_of(job), job.by):
        return
    undoing.forget_what_was_said(job)
    outcomes = tally_of(job, "outcome")
    job.state, job.undone_at, job.tally = State.UNDONE, now(), {**job.tally, "outcomes": outcomes}
    job.save(update_fields=["state", "undone_at", "tally"])
    undone, kept = outcomes.get("undone", 0), outcomes.get("kept", 0)
    if undone or kept:
        facts = {"job_id": job.id, "kind": job.kind, "source": job.source}
        record(ImportUndone(undone=undone, kept=kept, **facts), by=job.by)


_STEPS = {State.CHECKING: _check, State.APPLYING: _apply, State.UNDOING: _undo}


def _give_up(institute_id: uuid.UUID, job_id: uuid.UUID, trouble: str) -> None:
    """The file cannot be read: say so, and leave no row of it."""
    with institute_context(institute_id):
        job = ImportJob.objects.get(pk=job_id)
        job.rows.all().delete()
        job.state, job.trouble = State.FAILED, trouble[:300]
        job.save(update_fields=["state", "trouble"])


def _forget_failures(job: ImportJob) -> None:
    """Only failures that follow one another count: a long import may meet more than one restart of the database."""
    if job.tally.pop("failures", None):
        job.save(update_fields=["tally"])


def _count_failure(institute_id: uuid.UUID, job_id: uuid.UUID | None) -> None:
    """A step that fails again and again must not keep the others waiting. What was written can still be undone."""
    if job_id is None:
        return
    with institute_context(institute_id):
        job = ImportJob.objects.get(pk=job_id)
        failures = job.tally.get("failures", 0) + 1
        job.tally = {**job.tally, "failures": failures}
        if failures >= MOST_FAILURES:
            job.trouble = "Something went wrong on our side. Nothing more will be done with this file until you ask."
            if job.state == State.CHECKING:
                job.state = State.FAILED
            else:
                job.tally |= {"outcomes": tally_of(job, "outcome"), "stopped": job.state}
                job.state = State.STOPPED
        job.save(update_fields=["tally", "state", "trouble"])
