"""Copies of what is shared of an employer and of projects, held by other institutes."""

import uuid
from collections.abc import Collection

from crm.identity.models import User
from crm.network.actions import refresh_shares
from crm.network.models import Share
from employers.domain_events.projects import PROJECT
from employers.models import Employer, ProjectEmployer
from employers.reads.redirects import known_as, left_of


def refresh_shares_of(employer_id: uuid.UUID, by: User | None = None) -> int:
    """Bring them up to date, those of employers that were merged into this one, however often, too. Returns how many
    changed."""
    ids = known_as(Employer(pk=employer_id))
    return sum(refresh_shares(object_type="employers.employer", object_id=pk, by=by) for pk in ids)


def refresh_shares_of_these(employer_ids: Collection[uuid.UUID], by: User | None = None) -> int:
    """The same for many employers at once, nearly all of which are shared with nobody. Returns how many changed."""
    shared = Share.objects.in_force().filter(object_type="employers.employer").values_list("object_id", flat=True)
    now = left_of(shared)
    wanted = sorted(pk for pk in now if now[pk] in set(employer_ids))
    return sum(refresh_shares(object_type="employers.employer", object_id=pk, by=by) for pk in wanted)


def refresh_shares_of_project(project_id: uuid.UUID, by: User | None = None) -> int:
    """Bring the copies of a project up to date. Returns how many changed."""
    return refresh_shares(object_type=PROJECT, object_id=project_id, by=by)


def refresh_shares_of_projects_of(employer_id: uuid.UUID, by: User | None = None) -> int:
    """The same for every project the employer is in: its name stands there."""
    projects = ProjectEmployer.objects.filter(employer=employer_id).order_by("id").values_list("project_id", flat=True)
    return sum(refresh_shares_of_project(project_id, by) for project_id in projects)
