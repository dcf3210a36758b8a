"""The pages of challenges, through the browser's door and the test client's."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from crm.outbox.models import Entry
from events.actions.bookings import book_group, record_attendance
from events.actions.volunteers import answer_invitation, invite_volunteer
from events.models import Challenge, GroupBooking, Volunteer
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer
from tests.factories.events import make_challenge, make_school, make_teacher, school_morning
from tests.queries import own_queries


def _fill(coordinator, groups=2, **facts):
    challenge = make_challenge(coordinator, **facts)
    for _ in range(groups):
        school = make_school()
        book_group(
            challenge=challenge, school=school, contact=make_teacher(school), pupils=20, adults=2, by=coordinator
        )
        contact = make_contact(make_employer())
        volunteer = invite_volunteer(challenge=challenge, contact=contact, role="mentor", by=coordinator)
        answer_invitation(volunteer=volunteer, is_coming=True, by=coordinator)
    return challenge


PLAN = {
    "title": "Pyramid challenge",
    "brief": "Lift and place blocks into a pyramid.",
    "day": "2027-07-14",
    "starts": "09:30",
    "ends": "15:00",
    "venue": "Lincolnshire Showground",
    "places": "20",
    "year_group": "9",
    "pupils_per_adult": "10",
}


def test_planning_a_challenge_stores_london_times_in_utc(pages, within):
    assert pages.post(reverse("challenges:plan"), PLAN).status_code == 302
    with within():
        challenge = Challenge.objects.get()
    assert challenge.starts_at == dt.datetime(2027, 7, 14, 8, 30, tzinfo=dt.UTC)


def test_a_pupils_name_in_the_brief_is_refused_at_its_field(pages, within):
    answer = pages.post(reverse("challenges:plan"), PLAN | {"brief": "Captain Alice Brown 12/03/2012"})
    assert answer.status_code == 422
    assert "pupil&#x27;s name" in answer.content.decode()
    with within():
        assert Challenge.objects.count() == 0


def test_opening_booking_is_confirmed_and_cancelling_asks_without_saying_cancel_twice(pages, within, coordinator):
    with within():
        challenge = make_challenge(coordinator, is_open=False)
    opened = pages.post(reverse("challenges:state", args=[challenge.pk, "open"]), follow=True).content.decode()
    assert "Booking is open" in opened and "Open for booking" in opened
    asked = pages.get(reverse("challenges:cancel", args=[challenge.pk])).content.decode()
    assert "No, go back" in asked and asked.count("Cancel the challenge") == 1 and ">Cancel</a>" not in asked


def test_booking_a_group_with_a_new_teacher_records_both_or_neither(pages, within, coordinator):
    with within():
        challenge, school = make_challenge(coordinator, places=1), make_school("Bourne Academy")
    url = reverse("challenges:book", args=[challenge.pk, school.pk])
    numbers = {"pupils": 24, "adults": 1, "step_free": 1, "dietary": 2, "support_places": 0}
    teacher = {"contact_name": "Sam Lee", "contact_email": "s.lee@bourne.example"}
    with within():
        before = Entry.objects.count()
    refused = pages.post(url, numbers | teacher)
    assert refused.status_code == 422
    assert "at least 3 adults" in refused.content.decode()
    with within():
        assert (GroupBooking.objects.count(), Entry.objects.count()) == (0, before)
    assert pages.post(url, numbers | teacher | {"adults": 3}).status_code == 302
    with within():
        booking = GroupBooking.objects.select_related("contact").get()
        assert (booking.contact.email, booking.pupils) == ("s.lee@bourne.example", 24)


def test_booking_without_a_teacher_says_what_is_missing(pages, within, coordinator):
    with within():
        challenge, school = make_challenge(coordinator), make_school()
    url = reverse("challenges:book", args=[challenge.pk, school.pk])
    answer = pages.post(url, {"pupils": 10, "adults": 1, "step_free": 0, "dietary": 0, "support_places": 0})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"contact_name", "contact_email"}


def test_a_challenge_goes_from_booking_to_a_file_of_encounters(pages, within, coordinator):
    with within():
        challenge = _fill(coordinator, groups=1, days_ahead=0)
        booking = GroupBooking.objects.get()
        record_attendance(booking=booking, pupils=19, by=coordinator)
        volunteer = Volunteer.objects.get()
    pages.post(reverse("challenges:time", args=[volunteer.pk]), {"hours": "6.5"})
    file = pages.get(reverse("challenges:encounters", args=[challenge.pk])).content.decode("utf-8-sig")
    assert file.splitlines()[1].split(",")[2:] == [today().isoformat(), "Pyramid challenge", "9", "19", "1", "360"]


def test_a_withdrawal_asks_first(pages, within, coordinator):
    with within():
        _fill(coordinator, groups=1)
        booking = GroupBooking.objects.get()
    url = reverse("challenges:withdraw", args=[booking.pk])
    assert "Withdraw" in pages.get(url).content.decode()
    with within():
        assert GroupBooking.objects.get().state == "confirmed"
    pages.post(url)
    with within():
        assert GroupBooking.objects.get().state == "withdrawn"


def test_searching_a_school_offers_to_add_what_is_not_there(pages, within, coordinator):
    with within():
        challenge = make_challenge(coordinator)
    answer = pages.get(reverse("challenges:choose_school", args=[challenge.pk]), {"q": "Bourne & Sons"})
    assert "?name=Bourne%20%26%20Sons" in answer.content.decode()


@pytest.mark.parametrize("name", ["challenge", "edit", "cancel", "add_cost", "choose_school", "choose_volunteer"])
def test_another_institutes_challenge_is_not_found(name, pages, liot, people):
    stranger = people.at(liot).events_coordinator
    with institute_context(liot.id, user_id=stranger.id):
        challenge = make_challenge(stranger)
    assert pages.get(reverse(f"challenges:{name}", args=[challenge.pk])).status_code == 404


@pytest.mark.parametrize("groups", [1, 3])
def test_a_challenge_page_asks_a_constant_number_of_questions(groups, pages, within, coordinator):
    with within():
        challenge = _fill(coordinator, groups=groups)
    with own_queries() as queries:
        pages.get(reverse("challenges:challenge", args=[challenge.pk]))
    assert len(queries) == 11


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_a_constant_number_of_questions(rows, pages, within, coordinator):
    with within():
        for _ in range(rows):
            _fill(coordinator, groups=1)
    with own_queries() as queries:
        assert pages.get(reverse("challenges:list")).status_code == 200
    assert len(queries) == 7


@pytest.mark.browser
def test_pages_of_a_challenge_are_accessible(open_page, yhiot, people, committed):
    coordinator = people.events_coordinator
    with institute_context(yhiot.id, user_id=coordinator.id):
        challenge = _fill(coordinator, groups=3)
        school, contact = make_school("Bourne Academy"), make_contact(make_employer())
    for name, path in {
        "challenges": reverse("challenges:list"),
        "challenge": reverse("challenges:challenge", args=[challenge.pk]),
        "challenge-plan": reverse("challenges:plan"),
        "challenge-book": reverse("challenges:book", args=[challenge.pk, school.pk]),
        "challenge-choose-school": reverse("challenges:choose_school", args=[challenge.pk]),
        "challenge-invite": reverse("challenges:invite", args=[challenge.pk, contact.pk]),
    }.items():
        in_every_look(open_page, path, name, coordinator, yhiot)


def test_my_day_counts_groups_as_groups_and_not_as_money(pages, within, coordinator):
    with within():
        _fill(coordinator, groups=2)
    home = pages.get("/").content.decode()
    assert "of 10 places" in home
    assert "£0.02" not in home


def test_my_day_counts_down_to_the_next_challenge_and_says_what_is_missing(pages, within, coordinator):
    with within():
        make_challenge(coordinator, title="The later one", days_ahead=90)
        make_challenge(coordinator, title="The next one", days_ahead=30, places=2)
    home = pages.get("/").content.decode()
    assert "The next one is in 30 days" in home
    assert "2 of 2 places are free." in home and "No volunteer has said yes." in home
    assert "The later one" in home


def test_my_day_asks_to_write_up_a_challenge_whose_day_is_over(pages, within, coordinator):
    with within():
        over = make_challenge(coordinator, title="Last week")
        day = over.starts_at - dt.timedelta(days=67)
        Challenge.objects.filter(pk=over.pk).update(starts_at=day, ends_at=day + dt.timedelta(hours=5))
    assert "Still to write up" in pages.get("/").content.decode()


def test_my_day_of_others_tells_whom_challenges_reached_this_year(
    pages, within, coordinator, client_for, people, yhiot
):
    with within():
        challenge = _fill(coordinator, groups=2)
        Challenge.objects.filter(pk=challenge.pk).update(starts_at=school_morning(0))
        for booking in GroupBooking.objects.filter(challenge=challenge):
            record_attendance(booking=booking, pupils=19, by=coordinator)
    home = client_for(people.director, yhiot).get("/").content.decode()
    assert "Challenges this year" in home and "38" in home
    assert "Next challenge" not in home
