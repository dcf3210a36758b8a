"""Somebody leaves one employer and joins another."""

import datetime as dt

import pytest

from crm.audit.actions import erase_texts
from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.core.search import find
from crm.identity.models import Membership, Provider
from crm.identity.roles import Role
from crm.mail.actions import note_preference
from crm.mail.models import Occurrence
from crm.mail.states import State
from crm.outbox.models import Entry, TimelineItem
from employers.actions import end_contact, log_engagement, move_contact
from employers.models import Contact
from sponsorships.actions.portal import open_portal
from sponsorships.models import Instalment, PortalGrant
from sponsorships.reminders import InstalmentDue
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.employers import make_contact, make_employer
from workers.reminders import plan_one


@pytest.fixture
def fay(inside):
    return make_contact(make_sponsor("Quickline"), "Fay Holt", ("finance", "main"), email="fay@quickline.example")


def test_both_records_keep_their_part_of_the_history(inside, fay):
    talk = log_engagement(employer=fay.employer, kind="call", summary="Placements", contacts=[fay], by=inside)
    joined = move_contact(contact=fay, employer=make_employer("Festo"), email="fay@festo.example", by=inside)
    fay.refresh_from_db()
    assert (fay.employer.name, fay.left_on, fay.email) == ("Quickline", today(), "fay@quickline.example")
    assert (joined.employer.name, joined.joined_on, joined.left_on) == ("Festo", today(), None)
    assert list(talk.contacts.all()) == [fay]
    assert joined.person_id == fay.person_id == fay.pk
    assert [r.role for r in fay.roles.filter(ends_on=today())] == ["finance", "main"]
    assert not joined.roles.exists()
    lines = {(i.subject_id, i.text) for i in TimelineItem.objects.filter(kind="person")}
    assert (fay.employer_id, "Who left is now at Festo") in lines
    assert (joined.employer_id, "A contact came here from Quickline") in lines


def test_a_second_move_keeps_all_rows_of_the_person_together(inside, fay):
    second = move_contact(contact=fay, employer=make_employer("Festo"), by=inside)
    third = move_contact(contact=second, provider=Provider.objects.create(name="Hill", kind="school"), by=inside)
    assert set(Contact.objects.of_person(third.person_id)) == {fay, second, third}
    with pytest.raises(Conflict, match="moved on already"):
        move_contact(contact=second, employer=make_employer(), by=inside)


def test_an_address_that_is_kept_moves_with_the_person(inside, fay):
    joined = move_contact(contact=fay, employer=make_employer(), email="FAY@quickline.example", by=inside)
    fay.refresh_from_db()
    assert (fay.email, joined.email) == ("", "fay@quickline.example")
    assert [hit.object_id for hit in find("fay holt", kinds=["contact"])] == [joined.pk]


@pytest.mark.parametrize(
    "where", [{}, {"employer": "same"}, {"employer": "other", "joined_on": today() + dt.timedelta(days=1)}]
)
def test_a_move_to_nowhere_is_refused_and_changes_nothing(inside, fay, where):
    employer = {"same": fay.employer, "other": make_employer()}.get(where.get("employer"))
    with pytest.raises(DomainError):
        move_contact(contact=fay, **{**where, "employer": employer}, by=inside)
    assert Contact.objects.count() == 1
    assert Contact.objects.get().left_on is None


def test_what_was_to_go_to_the_finance_contact_no_longer_does(inside, people, yhiot, fay):
    make_signed(people.partnership_manager, people.director, [yhiot], fay.employer)
    Instalment.objects.filter(pk=Instalment.objects.first().pk).update(due_on=today() + dt.timedelta(days=15))
    plan_one(InstalmentDue(), today())
    planned = Occurrence.objects.filter(recipient_id=fay.pk)
    assert set(planned.values_list("state", flat=True)) == {State.PLANNED}
    joined = move_contact(contact=fay, employer=make_employer("Festo"), email="fay@festo.example", by=inside)
    assert set(planned.values_list("state", "reason")) == {(State.CANCELLED, "they are no longer there")}
    plan_one(InstalmentDue(), today())
    assert not Occurrence.objects.filter(state=State.PLANNED).exists()
    assert not Occurrence.objects.filter(recipient_id=joined.pk).exists()


def test_a_reminder_claimed_before_the_move_is_found_unwanted(inside, people, yhiot, fay):
    make_signed(people.partnership_manager, people.director, [yhiot], fay.employer)
    instalment = Instalment.objects.first()
    letter = Occurrence(subject_id=instalment.pk, recipient_type="employers.contact", recipient_id=fay.pk)
    assert InstalmentDue().still_wanted(letter) is None
    fay.roles.filter(role="finance").update(ends_on=today() - dt.timedelta(days=1), starts_on=dt.date(2026, 1, 1))
    assert InstalmentDue().still_wanted(letter) == "they are the sponsor's finance contact no longer"


def test_the_view_of_the_old_sponsors_report_ends_at_once(inside, fay):
    grant = open_portal(contact=fay, by=inside)
    assert grant.contact == fay
    end_contact(contact=fay, left_on=today(), by=inside)
    assert not PortalGrant.objects.live().exists()
    assert not Membership.objects.in_force().filter(role=Role.SPONSOR_CONTACT).exists()


def test_what_they_said_about_being_written_to_goes_with_them(inside, fay):
    objection = {"purpose": "marketing", "channel": "email", "basis": "objection", "source": "by phone"}
    note_preference(person_type="employers.contact", person_id=fay.person_id, **objection, by=inside)
    joined = move_contact(contact=fay, employer=make_employer("Festo"), by=inside)
    assert joined.person_id == fay.person_id


def test_words_are_erased_as_a_whole_only(inside):
    texts = ["Ann Lee rang", "Joann Lee rang", "ann  LEE, again", "Ann Leeson"]
    talks = [log_engagement(employer=make_employer(), kind="note", summary=t, by=inside) for t in texts]
    typed = "+44 1522 876-000 or 015228760001"
    numbers = log_engagement(employer=make_employer(), kind="note", summary=typed, by=inside)
    erase_texts(words=["Ann Lee", "01522 876000"], by=inside)
    for talk in talks:
        talk.refresh_from_db()
    assert [t.summary for t in talks] == ["[erased] rang", "Joann Lee rang", "[erased], again", "Ann Leeson"]
    numbers.refresh_from_db()
    assert numbers.summary == "[erased] or 015228760001"
    assert not Entry.objects.filter(payload__icontains="Ann Lee").exists()
