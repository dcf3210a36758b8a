"""What another institute reads follows the record, whichever way the record is changed."""

import datetime as dt
from collections.abc import Callable
from contextlib import contextmanager

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.network.actions import accept_share, propose_share
from crm.network.actions.shares import Terms
from crm.network.models import SharedContent, SharedCopy
from crm.outbox.models import Entry
from crm.outbox.payloads import restore
from employers.actions import (
    add_contact,
    change_in_bulk,
    change_tier,
    merge_employers,
    undo_bulk_change,
    undo_merge,
)
from employers.actions.removing import remove_contact
from employers.models import Employer
from tests.factories.employers import make_employer, make_tier
from workers.handlers import shares
from workers.handling import handlers_of


@pytest.fixture
def quickline(inside) -> Employer:
    return make_employer("Quickline", tier=make_tier("Gold", "core"), owner=inside)


@pytest.fixture
def read(quickline, inside, liot, people) -> Callable[[], dict[str, str]]:
    """What the other institute reads of it now."""
    terms = Terms(["name", "tier", "owner", "people"], liot, today() + dt.timedelta(days=30))
    share = propose_share(object_type="employers.employer", object_id=quickline.pk, terms=terms, by=inside)
    reader = people.at(liot).partnership_manager
    with institute_context(liot.pk, user_id=reader.pk):
        accept_share(copy=SharedCopy.objects.get(pk=share.pk), by=reader)

    def values() -> dict[str, str]:
        with institute_context(liot.pk, user_id=reader.pk):
            return SharedContent.objects.get(copy=share.pk).values

    return values


@contextmanager
def handed_on():
    """What is recorded in the block reaches those who keep copies up to date."""
    known = set(Entry.objects.values_list("pk", flat=True))
    yield
    for entry in Entry.objects.exclude(pk__in=known).order_by("sequence"):
        for handler in handlers_of(entry.type):
            if handler.function.__module__ == shares.__name__:
                handler.call([(restore(entry.type, entry.version, entry.payload), entry)])


def test_an_owner_given_to_many_at_once_is_read_and_the_undoing_too(read, quickline, inside, people):
    mate = people.events_coordinator
    with handed_on():
        change = change_in_bulk(employers=[quickline.pk, make_employer().pk], fact="owner", value=mate, by=inside)
    assert read()["owner"] == mate.name
    with handed_on():
        undo_bulk_change(change=change, by=inside)
    assert read()["owner"] == inside.name


def test_a_tier_that_is_mapped_otherwise_is_read_so(read, quickline, inside):
    assert read()["tier"] == "Core"
    with handed_on():
        change_tier(tier=quickline.tier, label="Gold", scale="anchor", position=1, by=inside)
    assert read()["tier"] == "Anchor"


def test_a_merge_that_is_taken_back_takes_the_other_ones_people_out_of_the_copy(read, quickline, inside):
    kept = make_employer("Quickline Holdings")
    add_contact(employer=kept, name="Bertrand Ossington", by=inside)
    with handed_on():
        merge = merge_employers(kept=kept, merged=quickline, by=inside)
    assert "Ossington" in read()["people"]
    with handed_on():
        undo_merge(merge=merge, by=inside)
    assert (read()["name"], read()["people"]) == ("Quickline", "")


def test_a_person_whose_import_is_undone_is_read_no_more(read, quickline, inside):
    with handed_on():
        person = add_contact(employer=quickline, name="Bertrand Ossington", by=inside)
    assert "Ossington" in read()["people"]
    with handed_on():
        remove_contact(contact=person, by=inside)
    assert read()["people"] == ""
