"""Domain events and handlers that exist only in tests.

What a handler has done is a timeline line, so it can be counted.

Imported by tests and, in real worker processes, through CELERY_IMPORTS of tests.workers.worker_settings.
"""

import datetime as dt
import os
import signal
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models.functions import Now

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import Conflict
from crm.base.request_id import current_request_id
from crm.outbox.domain_events import DomainEvent
from crm.outbox.models import Delivery, Entry, TimelineItem
from crm.outbox.record import record
from workers.handling import handles

FOREIGN = uuid.UUID("00000000-0000-7000-8000-00000000dead")


@dataclass(frozen=True, kw_only=True)
class ThingHappened(DomainEvent):
    """`how` tells the handlers what to do with it."""

    thing_id: uuid.UUID
    how: str = "fine"
    number: int = 0
    on: dt.date | None = None

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "tests.thing", self.thing_id


@dataclass(frozen=True, kw_only=True)
class ThingAsked(DomainEvent):
    """Makes its handler record a ThingFollowed, which then follows itself for ever if asked."""

    thing_id: uuid.UUID
    for_ever: bool = False

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "tests.thing", self.thing_id


@dataclass(frozen=True, kw_only=True)
class ThingFollowed(DomainEvent):
    """Recorded by a handler of ThingAsked, or of itself."""

    thing_id: uuid.UUID
    again: bool = False

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "tests.thing", self.thing_id


@dataclass(frozen=True, kw_only=True)
class ThingCounted(DomainEvent):
    """Its handler takes many at once."""

    thing_id: uuid.UUID
    how: str = "fine"

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return "tests.thing", self.thing_id


@handles(ThingHappened)
def note_thing(event: ThingHappened, entry: Entry) -> None:
    _write_line("noted", event.thing_id, entry, _transaction())
    _misbehave(event)


@handles(ThingHappened, alone=True)
def note_thing_alone(event: ThingHappened, entry: Entry) -> None:
    _write_line("alone", event.thing_id, entry, _transaction())


@handles(ThingAsked)
def follow_thing(event: ThingAsked, entry: Entry) -> None:
    record(ThingFollowed(thing_id=event.thing_id, again=event.for_ever), by=None)


@handles(ThingFollowed)
def follow_again(event: ThingFollowed, entry: Entry) -> None:
    _write_line("followed", event.thing_id, entry, str(entry.depth))
    if event.again:
        record(event, by=None)


@handles(ThingCounted, at_once=30)
def count_things(happened: Sequence[tuple[ThingCounted, Entry]]) -> None:
    """Each line says with how many others it was written."""
    for event, entry in happened:
        _write_line("counted", event.thing_id, entry, f"{len(happened)} {current_request_id()}")
        _misbehave(event)


def _misbehave(event: ThingHappened | ThingCounted) -> None:
    if event.how == "poison":
        raise ValueError("secret words")
    if event.how == "refuse":
        raise Conflict("Do it the other way round.")
    if event.how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if event.how == "slow":
        time.sleep(0.03)
    if event.how == "hang":
        while True:
            time.sleep(0.05)
    if event.how == "deferred":  # a broken reference that Django's own deferred key would notice only at COMMIT
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO deferred_child (parent) VALUES (%s)", [FOREIGN])
    if event.how == "statement":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")


def _transaction() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        return cursor.fetchone()[0]


def _write_line(kind: str, thing_id: uuid.UUID, entry: Entry, text: str) -> None:
    TimelineItem.objects.create(
        subject_type="tests.thing", subject_id=thing_id, happened_at=now(), kind=kind, text=text, entry_id=entry.id
    )


def happen(institute_id: uuid.UUID, *hows: str, thing_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Record one ThingHappened for each `how`, each in its own transaction and of its own thing unless one is given."""
    entries = []
    for number, how in enumerate(hows):
        with institute_context(institute_id):
            event = ThingHappened(thing_id=thing_id or uuid.uuid4(), how=how, number=number)
            entries.append(record(event, by=None).id)
    return entries


def count(institute_id: uuid.UUID, *hows: str, thing_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Record one ThingCounted for each `how`, as `happen` does."""
    entries = []
    for how in hows:
        with institute_context(institute_id):
            entries.append(record(ThingCounted(thing_id=thing_id or uuid.uuid4(), how=how), by=None).id)
    return entries


def ask(institute_id: uuid.UUID, *, for_ever: bool = False) -> uuid.UUID:
    """Record one ThingAsked."""
    with institute_context(institute_id):
        return record(ThingAsked(thing_id=uuid.uuid4(), for_ever=for_ever), by=None).id


def lines(institute_id: uuid.UUID, kind: str = "noted") -> Counter[uuid.UUID]:
    """How often each entry's handler has left its mark."""
    with institute_context(institute_id):
        return Counter(TimelineItem.objects.filter(kind=kind).values_list("entry_id", flat=True))


def deliveries(institute_id: uuid.UUID, handler: str = "note_thing") -> list[Delivery]:
    """A handler's deliveries, in the order of the facts."""
    with institute_context(institute_id):
        return list(Delivery.objects.filter(handler=handler).order_by("sequence"))


def states(institute_id: uuid.UUID, handler: str = "note_thing") -> list[str]:
    """Their states."""
    return [delivery.state for delivery in deliveries(institute_id, handler)]


def let_time_pass(institute_id: uuid.UUID) -> None:
    """Every wait is over and every lease has run out."""
    with institute_context(institute_id):
        Delivery.objects.filter(state="waiting").update(not_before=Now() - dt.timedelta(hours=2))
        Delivery.objects.filter(state="claimed").update(lease_until=Now() - dt.timedelta(seconds=1))
