"""A fact comes back from the database as it went in."""

import dataclasses
import datetime as dt
import json
import typing
import uuid
from dataclasses import dataclass

import pytest

from crm.outbox.domain_events import DomainEvent, event_types
from crm.outbox.payloads import NotUnderstood, restore


@dataclass(frozen=True, kw_only=True)
class EverythingHappened(DomainEvent):
    thing_id: uuid.UUID
    pence: int
    title: str
    on: dt.date
    at: dt.datetime
    perhaps: uuid.UUID | None = None
    several: tuple[uuid.UUID, ...] = ()
    days: list[dt.date] = ()

    @property
    def subject(self):
        return "tests.thing", self.thing_id


EVENT = EverythingHappened(
    thing_id=uuid.uuid4(),
    pence=53_000_000,
    title="2026-01-01",
    on=dt.date(2026, 11, 21),
    at=dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.UTC),
    perhaps=uuid.uuid4(),
    several=(uuid.uuid4(), uuid.uuid4()),
    days=[dt.date(2026, 1, 1)],
)


def through_json(payload):
    return json.loads(json.dumps(payload))


def test_every_field_comes_back_with_its_type():
    assert restore(EVENT.type_name(), 1, through_json(EVENT.payload())) == EVENT


def test_a_field_that_is_nothing_stays_nothing():
    payload = through_json(EVENT.payload()) | {"perhaps": None}
    assert restore(EVENT.type_name(), 1, payload).perhaps is None


def test_a_field_that_the_class_no_longer_has_is_left_out():
    payload = through_json(EVENT.payload()) | {"colour": "red"}
    assert restore(EVENT.type_name(), 1, payload) == EVENT


def test_a_missing_field_takes_its_default_or_is_an_error():
    payload = through_json(EVENT.payload())
    del payload["perhaps"]
    assert restore(EVENT.type_name(), 1, payload).perhaps is None
    del payload["pence"]
    with pytest.raises(TypeError):
        restore(EVENT.type_name(), 1, payload)


@pytest.mark.parametrize(("name", "version"), [("tests.nothing", 1), (EVENT.type_name(), 2)])
def test_an_unknown_type_or_a_newer_version_is_not_understood(name, version):
    with pytest.raises(NotUnderstood):
        restore(name, version, through_json(EVENT.payload()))


def _leaves(hint):
    """The types a declaration is made of, without optional, list and tuple around them."""
    inner = [part for part in typing.get_args(hint) if part not in (type(None), ...)]
    return [leaf for part in inner for leaf in _leaves(part)] if inner else [hint]


def test_every_event_declares_types_that_come_back():
    """Any other type would reach its handlers as text."""
    known = {uuid.UUID, int, str, bool, dt.date, dt.datetime}
    strange = {
        f"{cls.__name__}.{field.name}"
        for cls in event_types().values()
        for field in dataclasses.fields(cls)
        if not set(_leaves(typing.get_type_hints(cls)[field.name])) <= known
    }
    assert strange == set()
