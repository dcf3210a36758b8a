"""Who is reminded of a challenge, when, and what is said of those who cannot be."""

import datetime as dt

import pytest

from crm.base.clock import now, today
from crm.mail.models import Occurrence
from crm.mail.render import render_reminder
from employers.actions.contacts import end_contact
from employers.models import Contact
from events import reads
from events.actions.bookings import book_group
from events.actions.challenges import change_challenge
from events.actions.volunteers import answer_invitation, invite_volunteer
from events.models import GroupBooking, Volunteer
from events.reminders import GroupIn2Days, GroupIn14Days, VolunteerIn14Days
from tests.factories.employers import make_contact
from tests.factories.events import make_challenge, make_school, make_teacher
from workers.reminders import plan_one


@pytest.fixture
def challenge(inside):
    return make_challenge(inside, days_ahead=20)


@pytest.fixture
def booking(challenge, inside):
    school = make_school("Ridge Academy")
    return book_group(challenge=challenge, school=school, contact=make_teacher(school), pupils=20, adults=2, by=inside)


def planned(reminder) -> list[Occurrence]:
    plan_one(reminder(), today())
    return list(Occurrence.objects.filter(rule=reminder.name).order_by("due_on"))


def test_the_lead_teacher_of_a_group_is_reminded_a_fortnight_before(booking):
    (occurrence,) = planned(GroupIn14Days)
    assert occurrence.recipient_email == booking.contact.email
    assert occurrence.due_on == today() + dt.timedelta(days=6)
    assert "Pyramid challenge" in render_reminder(occurrence).subject
    assert planned(GroupIn14Days) == [occurrence]


def test_a_challenge_still_far_away_is_not_reminded_of_two_days_before(booking):
    assert planned(GroupIn2Days) == []


def test_a_volunteer_is_reminded_once_they_said_yes(challenge, inside):
    volunteer = invite_volunteer(challenge=challenge, contact=make_contact(), role="mentor", by=inside)
    assert planned(VolunteerIn14Days) == []
    answer_invitation(volunteer=volunteer, is_coming=True, by=inside)
    (occurrence,) = planned(VolunteerIn14Days)
    assert occurrence.recipient_email == volunteer.contact.email


def test_a_moved_day_is_reminded_of_anew_and_the_old_reminder_is_cancelled(booking, challenge, inside):
    planned(GroupIn14Days)
    moved = {
        "starts_at": challenge.starts_at + dt.timedelta(days=3),
        "ends_at": challenge.ends_at + dt.timedelta(days=3),
    }
    change_challenge(challenge=challenge, by=inside, **moved)
    assert [(o.state, o.due_on) for o in planned(GroupIn14Days)] == [
        ("cancelled", today() + dt.timedelta(days=6)),
        ("planned", today() + dt.timedelta(days=9)),
    ]


def test_a_reminder_of_the_old_day_does_not_go_though_nobody_has_planned_anew(booking, challenge, inside):
    (old,) = planned(GroupIn14Days)
    assert GroupIn14Days().still_wanted(old) is None
    later = challenge.starts_at + dt.timedelta(days=30)
    change_challenge(challenge=challenge, starts_at=later, ends_at=later + dt.timedelta(hours=6), by=inside)
    assert GroupIn14Days().still_wanted(old) == "the day has moved, and is reminded of anew"


def test_who_has_left_since_they_said_yes_is_named_to_the_coordinator(booking, challenge, inside):
    volunteer = invite_volunteer(challenge=challenge, contact=make_contact(name="Jo Marsh"), role="mentor", by=inside)
    answer_invitation(volunteer=volunteer, is_coming=True, by=inside)
    end_contact(contact=volunteer.contact, left_on=today(), by=inside)
    groups, helpers = GroupBooking.objects.select_related("contact"), Volunteer.objects.select_related("contact")
    assert "Not there any more, so nobody is reminded: Jo Marsh." in reads.what_is_missing(challenge, groups, helpers)


def test_a_lead_teacher_without_an_address_is_noted_and_the_coordinator_told(booking, challenge):
    Contact.objects.filter(pk=booking.contact_id).update(email="")
    (occurrence,) = planned(GroupIn14Days)
    assert (occurrence.recipient_name, occurrence.state) == ("Lead teacher", "skipped")
    assert list(Occurrence.objects.needing_attention()) == [occurrence]
    groups = GroupBooking.objects.filter(challenge=challenge).select_related("contact")
    missing = reads.what_is_missing(challenge, groups, Volunteer.objects.none())
    assert "No e-mail address, so no reminder: Lead teacher." in missing
    assert challenge.starts_at > now()
