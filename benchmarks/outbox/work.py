"""What every side does with an event: insert one row of a real tenant table, in the event's institute."""

import uuid
from dataclasses import dataclass

from celery import Task
from procrastinate.contrib.django import app as procrastinate_app

from crm.base.clock import now
from crm.base.context import institute_context
from crm.celery import app
from crm.outbox.domain_events import DomainEvent
from crm.outbox.models import Entry, TimelineItem
from workers.handling import handles


@dataclass(frozen=True, kw_only=True)
class ThingMade(DomainEvent):
    thing_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "benchmarks.thing", self.thing_id


@handles(ThingMade)
def note_thing_made(event: ThingMade, entry: Entry) -> None:
    """Ours: called by the relay."""
    write_row("handled", event.thing_id)


@app.task(name="benchmarks.handle_one", base=Task)
def handle_one(institute_id: str, thing_id: str) -> None:
    """One Celery task per event, without our base class and its log line."""
    with institute_context(uuid.UUID(institute_id)):
        write_row("handled", uuid.UUID(thing_id))


@procrastinate_app.task(name="benchmarks.handle_one")
def handle_one_job(institute_id: str, thing_id: str) -> None:
    """One procrastinate job per event."""
    with institute_context(uuid.UUID(institute_id)):
        write_row("handled", uuid.UUID(thing_id))


def write_row(kind: str, thing_id: uuid.UUID) -> None:
    """The business row ("made") or the handler's ("handled")."""
    TimelineItem.objects.create(
        subject_type="benchmarks.thing", subject_id=thing_id, happened_at=now(), kind=kind, text=kind, entry_id=thing_id
    )
