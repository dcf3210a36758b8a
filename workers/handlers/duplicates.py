"""Put likely duplicates in the queue when an employer comes in or is called otherwise."""

from collections.abc import Sequence
from typing import Any

from crm.outbox.models import Entry
from employers.actions import queue_duplicates
from employers.domain_events import EmployerAdded, EmployerChanged, OrganisationLinked
from employers.domain_events.merging import MergeTakenBack, NamesChanged
from workers.handling import handles


@handles(EmployerAdded, EmployerChanged, OrganisationLinked, NamesChanged, MergeTakenBack, at_once=100)
def look_for_duplicates(happened: Sequence[tuple[Any, Entry]]) -> None:
    """Finding a pair twice queues it once, so this may run again. An import tells of thousands, most of them twice."""
    queue_duplicates(employer_ids={event.employer_id for event, _ in happened})
