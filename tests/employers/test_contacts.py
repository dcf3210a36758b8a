"""Contacts and their roles over time."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.core.search import find
from crm.identity.models import Provider
from crm.outbox.models import Entry, TimelineItem
from employers.actions import (
    add_contact,
    change_contact,
    end_contact,
    end_contact_role,
    give_contact_role,
    move_contact,
)
from employers.models import Contact, ContactRole
from tests.factories.employers import make_contact, make_employer

WEEK = dt.timedelta(days=7)


def test_a_contact_is_added_with_a_folded_address_and_both_are_found_by_the_name(inside):
    employer = make_employer("Quickline")
    jo = add_contact(employer=employer, name="Jo Marsh", email="Jo@Quickline.EXAMPLE", by=inside)
    assert (jo.email, jo.email_domain) == ("jo@quickline.example", "quickline.example")
    assert {hit.kind for hit in find("jo marsh", kinds=["employer", "contact"])} == {"employer", "contact"}


def test_no_persons_name_goes_where_it_cannot_be_erased(inside):
    jo = add_contact(employer=make_employer(), name="Jo Marsh", email="jo@quickline.example", by=inside)
    give_contact_role(contact=jo, role="signatory", by=inside)
    end_contact(contact=jo, left_on=today(), by=inside)
    kept = str([*Entry.objects.values_list("payload", flat=True), *TimelineItem.objects.values_list("text", flat=True)])
    assert "Marsh" not in kept
    assert "@" not in kept


def test_a_contact_of_a_school_needs_no_employer(inside):
    school = Provider.objects.create(name="Hill School", kind="school", urn="100001")
    teacher = add_contact(provider=school, name="Ann Lee", by=inside)
    assert give_contact_role(contact=teacher, role="teacher", by=inside).role == "teacher"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Jo\x00"}, "name"),
        ({"email": "jo"}, "email"),
        ({"phone": "ring me"}, "phone"),
        ({"job_title": "x" * 121}, "job_title"),
    ],
)
def test_a_contact_is_refused_at_the_field_and_nothing_is_written(inside, facts, field):
    with pytest.raises(DomainError) as refused:
        add_contact(**{"employer": make_employer(), "name": "Jo", **facts}, by=inside)
    assert refused.value.field == field
    assert not Contact.objects.exists()
    assert not Entry.objects.exists()


def test_an_address_taken_is_refused_with_whose_it_is(inside):
    make_contact(make_employer("Festo"), "Ade Okoro", email="ade@festo.example")
    with pytest.raises(Conflict, match="Ade Okoro at Festo"):
        add_contact(employer=make_employer(), name="Ade", email="ADE@festo.example", by=inside)
    assert Contact.objects.count() == 1


def test_a_contact_changes_and_keeps_its_own_address(inside):
    jo = make_contact(email="jo@quickline.example")
    change_contact(contact=jo, email="jo@quickline.example", job_title="Director", by=inside)
    jo.refresh_from_db()
    assert jo.job_title == "Director"


def test_who_leaves_gives_up_their_roles_and_takes_no_new_one(inside):
    jo = make_contact(roles=("main", "finance"))
    end_contact(contact=jo, left_on=today(), by=inside)
    assert not ContactRole.objects.filter(ends_on__isnull=True).exists()
    with pytest.raises(DomainError, match="has left"):
        give_contact_role(contact=jo, role="press", by=inside)
    with pytest.raises(Conflict):
        end_contact(contact=jo, left_on=today(), by=inside)


def test_nobody_leaves_in_the_future(inside):
    jo = make_contact(roles=("main",))
    with pytest.raises(DomainError):
        end_contact(contact=jo, left_on=today() + WEEK, by=inside)
    jo.refresh_from_db()
    assert jo.left_on is None


def test_a_role_is_held_once_at_a_time_and_again_later(inside):
    jo = make_contact()
    give_contact_role(contact=jo, role="signatory", starts_on=today() - 2 * WEEK, by=inside)
    with pytest.raises(Conflict):
        give_contact_role(contact=jo, role="signatory", by=inside)
    end_contact_role(contact=jo, role="signatory", ends_on=today() - WEEK, by=inside)
    give_contact_role(contact=jo, role="signatory", by=inside)
    assert ContactRole.objects.in_force().count() == 1
    assert ContactRole.objects.count() == 2
    end_contact_role(contact=jo, role="signatory", by=inside)
    give_contact_role(contact=jo, role="signatory", by=inside)
    assert ContactRole.objects.filter(ends_on__isnull=True).count() == 1
    assert ContactRole.objects.count() == 2
    with pytest.raises(DomainError):
        give_contact_role(contact=jo, role="king", by=inside)


def test_a_role_that_was_to_begin_later_begins_sooner(inside):
    jo = make_contact()
    give_contact_role(contact=jo, role="finance", starts_on=today() + 4 * WEEK, by=inside)
    given = give_contact_role(contact=jo, role="finance", by=inside)
    assert (given.starts_on, given.ends_on) == (today(), None)
    assert ContactRole.objects.count() == 1


def test_a_role_that_ended_before_is_given_again_beside_it(inside):
    jo = make_contact()
    give_contact_role(contact=jo, role="finance", starts_on=today() - 9 * WEEK, by=inside)
    end_contact_role(contact=jo, role="finance", ends_on=today() - 2 * WEEK, by=inside)
    give_contact_role(contact=jo, role="finance", starts_on=today() - WEEK, by=inside)
    with pytest.raises(Conflict, match="hold this role already"):
        give_contact_role(contact=jo, role="finance", starts_on=today(), by=inside)
    assert ContactRole.objects.count() == 2


def test_a_role_that_is_to_end_ends_sooner_when_somebody_says_so(inside):
    jo = make_contact(roles=("finance",))
    end_contact_role(contact=jo, role="finance", ends_on=today() + 4 * WEEK, by=inside)
    assert end_contact_role(contact=jo, role="finance", by=inside).ends_on == today()
    with pytest.raises(Conflict, match="do not hold"):
        end_contact_role(contact=jo, role="press", by=inside)


def test_who_leaves_gives_up_the_roles_that_were_to_end_later_too(inside):
    jo = make_contact(roles=("finance",))
    end_contact_role(contact=jo, role="finance", ends_on=today() + 4 * WEEK, by=inside)
    end_contact(contact=jo, left_on=today() - WEEK, by=inside)
    assert not ContactRole.objects.in_force(today() + WEEK).exists()


def test_nobody_leaves_before_they_joined(inside):
    jo = make_contact()
    there = move_contact(contact=jo, employer=make_employer("Festo"), joined_on=today() - WEEK, by=inside)
    with pytest.raises(DomainError, match="They joined on") as refused:
        end_contact(contact=there, left_on=today() - 2 * WEEK, by=inside)
    assert refused.value.field == "left_on"
    with pytest.raises(DomainError, match="They joined on"):
        move_contact(contact=there, employer=make_employer("Bosch"), joined_on=today() - 2 * WEEK, by=inside)
    there.refresh_from_db()
    assert there.left_on is None
    end_contact(contact=there, left_on=today() - WEEK, by=inside)
