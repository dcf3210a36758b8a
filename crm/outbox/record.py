"""`record(Event(...), by=user)`: the last line of every action. `record_many` is for those that change many rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from crm.base.bulk import bulk_insert, insert_together
from crm.base.clock import now
from crm.base.context import current_context
from crm.outbox.causation import current_cause
from crm.outbox.domain_events import DomainEvent
from crm.outbox.models import Entry, TimelineItem
from crm.outbox.wake import wake_after_commit

_FEW = 20  # more events than this are copied


class NotInTransaction(RuntimeError):
    """A fact must be recorded in the transaction of the change it tells of."""


def record(event: DomainEvent, *, by: Any) -> Entry:
    """Write the event and its timeline lines in this transaction; wake the workers after it commits.

    `by` is the user who did it, None for the system. Raises NotInTransaction outside one.
    """
    return record_many([event], by=by)[0]


def record_many(events: Sequence[DomainEvent], *, by: Any) -> list[Entry]:
    """As `record` for each, in order: a few in one statement, those of an action that changes many rows in a few."""
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{events[0].type_name() if events else 'Nothing'} was recorded outside a transaction")
    entries = [_entry(event, by) for event in events]
    lines = [line for event, entry in zip(events, entries, strict=True) for line in _timeline(event, entry, by)]
    if len(events) > _FEW:
        bulk_insert(entries), bulk_insert(lines)
    else:
        insert_together([*entries, *lines])
    if entries:
        wake_after_commit("workers.drain_outbox", entries[0].institute_id)
    return entries


def _entry(event: DomainEvent, by: Any) -> Entry:
    subject_type, subject_id = event.subject
    cause = current_cause()
    return Entry(
        type=event.type_name(),
        version=event.version,
        subject_type=subject_type,
        subject_id=subject_id,
        payload=event.payload(),
        actor_id=by.id if by else None,
        request_id=current_context().request_id,
        causation_id=cause.id if cause else None,
        depth=cause.depth + 1 if cause else 0,
    )


def _timeline(event: DomainEvent, entry: Entry, by: Any) -> list[TimelineItem]:
    return [
        TimelineItem(
            subject_type=line.subject_type,
            subject_id=line.subject_id,
            happened_at=line.happened_at or now(),
            kind=line.kind,
            text=line.text[:500],
            actor_name=by.name if by else "",
            entry_id=entry.id,
            pence=line.pence,
            sums_as=line.sums_as[:300],
        )
        for line in event.timeline()
    ]
