"""Keep what other institutes read of an employer or a project up with its record."""

from typing import Any

from crm.outbox.models import Entry
from employers.domain_events import (
    ContactAdded,
    ContactChanged,
    ContactEnded,
    ContactRoleEnded,
    ContactRoleGiven,
    EmployerChanged,
    EngagementLogged,
    EngagementRemoved,
    OrganisationLinked,
    StageChanged,
)
from employers.domain_events.merging import EmployersMerged
from employers.domain_events.projects import ProjectChanged, ProjectJoined, ProjectLeft
from employers.domain_events.skills import SkillsNeedChanged, SkillsNeedClosed, SkillsNeedMet, SkillsNeedNoted
from employers.rollups.shares import refresh_shares_of, refresh_shares_of_project, refresh_shares_of_projects_of
from workers.handling import handles


@handles(
    ContactAdded,
    ContactChanged,
    ContactEnded,
    ContactRoleEnded,
    ContactRoleGiven,
    EmployerChanged,
    EmployersMerged,
    EngagementLogged,
    EngagementRemoved,
    OrganisationLinked,
    SkillsNeedChanged,
    SkillsNeedClosed,
    SkillsNeedMet,
    SkillsNeedNoted,
    StageChanged,
)
def refresh_shared_copies(event: Any, entry: Entry) -> None:
    """One look at an index where nothing is shared, which is nearly always."""
    if event.employer_id:
        refresh_shares_of(event.employer_id)


@handles(ProjectChanged, ProjectJoined, ProjectLeft)
def refresh_shared_projects(event: Any, entry: Entry) -> None:
    """The project, wherever facts of it are read."""
    refresh_shares_of_project(event.project_id)


@handles(EmployerChanged, EmployersMerged)
def rename_in_shared_projects(event: Any, entry: Entry) -> None:
    """An employer may be called otherwise now, and stand for another one."""
    refresh_shares_of_projects_of(event.employer_id)
