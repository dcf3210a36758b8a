"""Keep what other institutes read of an employer up with its record."""

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
    OrganisationLinked,
    StageChanged,
)
from employers.domain_events.merging import EmployersMerged
from employers.rollups.shares import refresh_shares_of
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
    OrganisationLinked,
    StageChanged,
)
def refresh_shared_copies(event: Any, entry: Entry) -> None:
    """One look at an index where nothing is shared, which is nearly always."""
    if event.employer_id:
        refresh_shares_of(event.employer_id)
