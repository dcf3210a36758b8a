"""Put likely duplicates in the queue when an employer comes in or is called otherwise."""

from typing import Any

from crm.outbox.models import Entry
from employers.actions import queue_duplicates
from employers.domain_events import EmployerAdded, EmployerChanged, OrganisationLinked
from employers.domain_events.merging import MergeTakenBack, NamesChanged
from workers.handling import handles


@handles(EmployerAdded, EmployerChanged, OrganisationLinked, NamesChanged, MergeTakenBack)
def look_for_duplicates(event: Any, entry: Entry) -> None:
    """Finding a pair twice queues it once, so this may run again."""
    queue_duplicates(employer_ids=[event.employer_id])
