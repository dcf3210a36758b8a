"""What pages, the API and the workers ask about imports."""

from typing import Any

from django.db.models import Count, FloatField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from crm.core.registry import import_kinds
from crm.imports.models import ImportJob, ImportRow

Verdict, Outcome = ImportRow.Verdict, ImportRow.Outcome
PERHAPS = "perhaps"  # shown beside the verdicts
ROWS_ON_A_PAGE = 50
DONE_STATES = (ImportJob.State.APPLIED, ImportJob.State.UNDONE, ImportJob.State.STOPPED)
_LIKENESS = Coalesce(Cast(KT("candidates__0__likeness"), FloatField()), 0.0)


def kinds_for(may: Any) -> list[type]:
    """The kinds that somebody may import; `may` is asked for each right."""
    return [kind for kind in import_kinds if may(kind.permission)]


def jobs_for(may: Any) -> QuerySet[ImportJob]:
    """Imports of the kinds that somebody may import, newest first."""
    names = [kind.name for kind in kinds_for(may)]
    return ImportJob.objects.filter(kind__in=names).select_related("by")


def tally_of(job: ImportJob, column: str) -> dict[str, int]:
    """How many rows have each verdict or outcome; those that have none yet are left out."""
    counted = ImportRow.objects.filter(job=job).exclude(**{column: ""}).values(column).order_by()
    return dict(counted.annotate(count=Count("id")).values_list(column, "count"))


def account(job: ImportJob) -> dict[str, int]:
    """Rows read, and what became, or would become, of each: the parts always add up to the whole."""
    if job.state in DONE_STATES:
        found = job.tally.get("outcomes", {})
        created = found.get(Outcome.CREATED, 0)
        updated = found.get(Outcome.UPDATED, 0)
        unchanged = found.get(Outcome.UNCHANGED, 0)
        parts = {"created": created, "updated": updated, "unchanged": unchanged}
        if job.state == ImportJob.State.STOPPED:
            parts |= {"waiting": job.total_rows - sum(found.values())}
        if job.state == ImportJob.State.UNDONE or job.tally.get("stopped") == ImportJob.State.UNDOING:
            parts |= {"undone": found.get(Outcome.UNDONE, 0), "kept": found.get(Outcome.KEPT, 0)}
    else:
        found = job.tally.get("verdicts", {})
        parts = {
            "created": found.get(Verdict.NEW, 0),
            "updated": found.get(Verdict.UPDATE, 0),
            "unchanged": found.get(Verdict.UNCHANGED, 0) + found.get(Verdict.REPEAT, 0),
        }
    return {"read": job.total_rows, **parts, "rejected": job.total_rows - sum(parts.values())}


def progress(job: ImportJob) -> tuple[int, int]:
    """Rows done and rows to do in the step under way; while the file is being read nobody knows how many there are."""
    rows = ImportRow.objects.filter(job=job)
    if job.state == ImportJob.State.CHECKING:
        if job.reading.get("stage", "read") != "check":
            return job.total_rows, 0
        return rows.exclude(verdict="").count(), job.total_rows
    if job.state == ImportJob.State.UNDOING:
        todo = rows.filter(outcome__in=[Outcome.CREATED, Outcome.UPDATED]).count()
        return job.total_rows - todo, job.total_rows
    todo = rows.filter(outcome="", verdict__in=[Verdict.NEW, Verdict.UPDATE, Verdict.UNCHANGED]).count()
    return job.total_rows - todo, job.total_rows


def rows_shown(job: ImportJob, what: str) -> QuerySet[ImportRow]:
    """Rows by verdict before it is applied, by outcome afterwards; all for "".

    PERHAPS stands for those that would be new, though we have something a little like them: the likeliest first, the
    others in the order of the file.
    """
    rows = ImportRow.objects.filter(job=job).order_by("number")
    if job.state in DONE_STATES:
        return rows.filter(outcome=what) if what else rows
    if what == PERHAPS:
        perhaps = rows.filter(verdict=Verdict.NEW).exclude(candidates=[])
        return perhaps.annotate(likeness=_LIKENESS).order_by("-likeness", "number")
    return rows.filter(verdict=what) if what else rows


def likeness_of(job: ImportJob, what: str, number: int) -> float | None:
    """What a row is ordered by among those shown, where that is not its number alone. Ask before it is dealt with."""
    if what != PERHAPS or job.state in DONE_STATES:
        return None
    row = rows_shown(job, what).filter(number=number).first()
    return row.likeness if row else 0.0


def place_after(job: ImportJob, what: str, number: int, likeness: float | None = None) -> tuple[int, int] | None:
    """Where somebody goes on who has dealt with a row: the number of that row if it is still among those shown, else of
    the next, else of the one before; and the page it stands on. None when nothing is left there.

    `likeness` is what `likeness_of` said of the row before.
    """
    rows = rows_shown(job, what)
    on = rows.filter(_from(number, likeness)).first() or rows.last()
    if on is None:
        return None
    before = rows.exclude(_from(on.number, None if likeness is None else on.likeness))
    return on.number, before.count() // ROWS_ON_A_PAGE + 1


def _from(number: int, likeness: float | None) -> Q:
    """A row and those after it, in the order of `rows_shown`."""
    if likeness is None:
        return Q(number__gte=number)
    return Q(likeness__lt=likeness) | Q(likeness=likeness, number__gte=number)
