"""Live projects with a funder: who takes part here, and which institutes elsewhere."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models.functions import Now

from crm.base.context import acting_institute
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import Institute, User
from crm.outbox.record import record
from employers.domain_events.projects import ProjectAdded, ProjectChanged, ProjectJoined, ProjectLeft
from employers.models import Employer, LiveProject, ProjectEmployer, ProjectInstitute
from employers.validators import clean_line
from employers.validators.facts import check_choice, check_day

_LABELS = {
    "title": "the title",
    "funder": "the funder",
    "reference": "the funder's reference",
    "starts_on": "the start",
    "ends_on": "the end",
    "institutes": "the other institutes",
}


@action
def add_project(
    *,
    title: str,
    funder: str,
    reference: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    institutes: Collection[Institute] = (),
    by: User | None,
) -> LiveProject:
    """Note a project. `institutes` are the others in it, as far as known here; they are told nothing by it.

    Raises DomainError for an empty title or funder and days out of order, Conflict when the funder's reference is known
    here already.
    """
    facts = {"title": title, "funder": funder, "reference": reference, "starts_on": starts_on, "ends_on": ends_on}
    project = LiveProject()
    _set(project, facts)
    _name_institutes(project, institutes)
    record(ProjectAdded(**_about(project)), by=by)
    return project


@action
def change_project(
    *, project: LiveProject, institutes: Collection[Institute] | None = None, by: User, **facts: Any
) -> LiveProject:
    """Change facts of a project, or which other institutes are in it. Records nothing when nothing differs.

    Raises as add_project does.
    """
    project = LiveProject.objects.lock(project)
    before = {name: getattr(project, name) for name in facts}
    _set(project, facts)
    changed = [name for name in facts if getattr(project, name) != before[name]]
    if institutes is not None and _name_institutes(project, institutes):
        changed.append("institutes")
        _touch(project)
    if changed:
        record(ProjectChanged(fields=[_LABELS[name] for name in changed], **_about(project)), by=by)
    return project


@action
def join_project(
    *, project: LiveProject, employer: Employer, part: str = ProjectEmployer.Part.PARTNER, by: User | None
) -> ProjectEmployer:
    """An employer takes part, or takes another part. Raises Conflict when it has that part already, NotFound when it
    was merged meanwhile."""
    check_choice(part, ProjectEmployer.Part, field="part")
    employer = Employer.objects.lock(employer)
    project = LiveProject.objects.lock(project)
    joined = project.participants.filter(employer=employer).first() or ProjectEmployer(
        project=project, employer=employer, part=""
    )
    if joined.part == part:
        raise Conflict(f"{employer.name} is {joined.get_part_display().lower()} already.", field="employer")
    joined.part = part
    joined.save()
    _touch(project)
    part = joined.get_part_display().lower()
    joined_event = ProjectJoined(employer_id=employer.id, part=part, **_about(project))
    record(joined_event, by=by)
    return joined


@action
def leave_project(*, project: LiveProject, employer: Employer, by: User) -> None:
    """An employer takes part no more. Raises Conflict when it does not."""
    project = LiveProject.objects.lock(project)
    if not project.participants.filter(employer=employer).delete()[0]:
        raise Conflict(f"{employer.name} is not in this project.", field="employer")
    _touch(project)
    record(ProjectLeft(employer_id=employer.id, project_id=project.id, title=project.title), by=by)


def _touch(project: LiveProject) -> None:
    """Whoever asks what changed since yesterday is told of a project that somebody joined or left."""
    LiveProject.objects.filter(pk=project.pk).update(updated_at=Now())


def _set(project: LiveProject, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(project, name, value)
    project.title = clean_line(project.title, field="title", needed="Enter the project's title.")
    project.funder = clean_line(project.funder, field="funder", limit=120, needed="Who pays for it?")
    project.reference = clean_line(project.reference, field="reference", limit=60)
    for name in ("starts_on", "ends_on"):
        if getattr(project, name):
            check_day(getattr(project, name), field=name)
    if project.starts_on and project.ends_on and project.ends_on < project.starts_on:
        raise DomainError("It ends before it starts.", field="ends_on")
    if project.reference:
        same = LiveProject.objects.filter(funder__iexact=project.funder, reference__iexact=project.reference)
        other = same.exclude(pk=project.pk).first()
        if other:
            raise Conflict(f"This is {other.title}, which is known here already.", field="reference")
    project.save()


def _name_institutes(project: LiveProject, institutes: Collection[Institute]) -> bool:
    """Whether anything changed."""
    wanted = {institute.pk for institute in institutes} - {acting_institute()}
    named = set(project.other_institutes.values_list("other_id", flat=True))
    project.other_institutes.filter(other_id__in=named - wanted).delete()
    ProjectInstitute.objects.bulk_create(ProjectInstitute(project=project, other_id=pk) for pk in wanted - named)
    return wanted != named


def _about(project: LiveProject) -> dict[str, Any]:
    return {"project_id": project.id, "title": project.title, "funder": project.funder}
