"""Let what belongs to an employer be found by the name that the employer has now."""

from crm.outbox.models import Entry
from employers.domain_events import EmployerChanged
from employers.domain_events.merging import EmployersMerged, MergeTakenBack
from sponsorships.actions.contributions import find_contributions_anew
from workers.handling import handles


@handles(EmployerChanged)
def rename_in_search(event: EmployerChanged, entry: Entry) -> None:
    """Other facts of an employer stand in no entry but its own."""
    if "name" in event.fields:
        find_contributions_anew(employer_ids=[event.employer_id], by=None)


@handles(EmployersMerged, MergeTakenBack)
def regroup_in_search(event: EmployersMerged | MergeTakenBack, entry: Entry) -> None:
    """What hung on one of the two hangs on the other."""
    find_contributions_anew(employer_ids=[event.employer_id, event.merged_id], by=None)
