"""Keep what other institutes read of an employer or a project up with its record."""

from typing import Any

from crm.outbox.models import Entry
from employers.domain_events import (
    ContactAdded,
    ContactChanged,
    ContactEnded,
    ContactRemoved,
    ContactRoleEnded,
    ContactRoleGiven,
    EmployerChanged,
    EngagementLogged,
    EngagementRemoved,
    OrganisationLinked,
    StageChanged,
    TierDefined,
)
from employers.domain_events.lists import BulkChangeUndone, EmployersChanged
from employers.domain_events.merging import EmployersMerged, MergeTakenBack
from employers.domain_events.projects import ProjectChanged, ProjectJoined, ProjectLeft
from employers.domain_events.skills import SkillsNeedChanged, SkillsNeedClosed, SkillsNeedMet, SkillsNeedNoted
from employers.models import Employer
from employers.rollups.shares import (
    refresh_shares_of,
    refresh_shares_of_project,
    refresh_shares_of_projects_of,
    refresh_shares_of_these,
)
from workers.handling import handles


@handles(
    ContactAdded,
    ContactChanged,
    ContactEnded,
    ContactRemoved,
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


@handles(EmployersChanged, BulkChangeUndone)
def refresh_shared_copies_of_many(event: Any, entry: Entry) -> None:
    """Another owner or tier for up to two thousand employers in one fact."""
    refresh_shares_of_these(event.employer_ids)


@handles(TierDefined)
def refresh_shared_copies_of_a_tier(event: TierDefined, entry: Entry) -> None:
    """The level stands for another one on the network's scale now."""
    refresh_shares_of_these(list(Employer.objects.filter(tier=event.tier_id).values_list("pk", flat=True)))


@handles(MergeTakenBack)
def refresh_shared_copies_of_both(event: MergeTakenBack, entry: Entry) -> None:
    """Who reads one of the two reads nothing of the other any more."""
    for employer_id in (event.employer_id, event.merged_id):
        refresh_shares_of(employer_id)
        refresh_shares_of_projects_of(employer_id)


@handles(ProjectChanged, ProjectJoined, ProjectLeft)
def refresh_shared_projects(event: Any, entry: Entry) -> None:
    """The project, wherever facts of it are read."""
    refresh_shares_of_project(event.project_id)


@handles(EmployerChanged, EmployersMerged)
def rename_in_shared_projects(event: Any, entry: Entry) -> None:
    """An employer may be called otherwise now, and stand for another one."""
    refresh_shares_of_projects_of(event.employer_id)
