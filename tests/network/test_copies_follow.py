"""What another institute reads follows the record, whichever way the record is changed."""

import datetime as dt
from collections.abc import Callable

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.network.actions import accept_share, propose_share
from crm.network.actions.shares import Terms
from crm.network.models import SharedContent, SharedCopy
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
from tests.handing_on import handed_on
from workers.handlers import shares


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


def test_an_owner_given_to_many_at_once_is_read_and_the_undoing_too(read, quickline, inside, people):
    mate = people.events_coordinator
    with handed_on(shares.__name__):
        change = change_in_bulk(employers=[quickline.pk, make_employer().pk], fact="owner", value=mate, by=inside)
    assert read()["owner"] == mate.name
    with handed_on(shares.__name__):
        undo_bulk_change(change=change, by=inside)
    assert read()["owner"] == inside.name


def test_a_tier_that_is_mapped_otherwise_is_read_so(read, quickline, inside):
    assert read()["tier"] == "Core"
    with handed_on(shares.__name__):
        change_tier(tier=quickline.tier, label="Gold", scale="anchor", position=1, by=inside)
    assert read()["tier"] == "Anchor"


def test_a_merge_that_is_taken_back_takes_the_other_ones_people_out_of_the_copy(read, quickline, inside):
    kept = make_employer("Quickline Holdings")
    add_contact(employer=kept, name="Bertrand Ossington", by=inside)
    with handed_on(shares.__name__):
        merge = merge_employers(kept=kept, merged=quickline, by=inside)
    assert "Ossington" in read()["people"]
    with handed_on(shares.__name__):
        undo_merge(merge=merge, by=inside)
    assert (read()["name"], read()["people"]) == ("Quickline", "")


def test_a_person_whose_import_is_undone_is_read_no_more(read, quickline, inside):
    with handed_on(shares.__name__):
        person = add_contact(employer=quickline, name="Bertrand Ossington", by=inside)
    assert "Ossington" in read()["people"]
    with handed_on(shares.__name__):
        remove_contact(contact=person, by=inside)
    assert read()["people"] == ""
