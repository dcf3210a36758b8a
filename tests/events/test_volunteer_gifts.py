"""Volunteers' time as a gift in kind: once, at a rate of its day, counted when a second person approves it."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed
from crm.identity.roles import Role
from events.actions.volunteer_gifts import count_volunteer_time
from events.actions.volunteers import record_volunteer_time
from events.models import Challenge, Volunteer
from sponsorships.actions.valuations import approve_valuation
from sponsorships.models import Contribution, Valuation
from sponsorships.reads.contributions import counted_in_kind
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer
from tests.factories.events import make_challenge, school_morning
from tests.factories.identity import give_role, make_institute, make_user
from tests.sponsorships.reading import text

RATE = "skilled-2024"  # £150 a day of seven hours


def make_held(by, minutes=390, role="mentor") -> Volunteer:
    """A volunteer who gave so much at a challenge that was held a week ago."""
    challenge = make_challenge(by)
    starts_at = school_morning(-7)
    Challenge.objects.filter(pk=challenge.pk).update(
        state="held", starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=6)
    )
    contact = make_contact(make_employer("Quickline"), "Jo Marsh")
    return Volunteer.objects.create(challenge=challenge, contact=contact, role=role, state="attended", minutes=minutes)


@pytest.fixture
def volunteer(inside) -> Volunteer:
    return make_held(inside)


def test_the_hours_at_the_rate_wait_for_a_second_person_and_then_count(volunteer, inside, people):
    contribution = count_volunteer_time(volunteer=volunteer, rate_code=RATE, by=inside)
    line, valuation = contribution.lines.get(), Valuation.objects.get()
    assert (line.item, line.quantity, line.unit) == ("Mentor at Pyramid challenge", "6.5", "hour")
    assert valuation.pence == 139_29  # 6.5 hours of £150 ÷ 7
    assert (contribution.employer.name, contribution.state) == ("Quickline", "accepted")
    assert contribution.delivered_on == today() - dt.timedelta(days=7)
    assert counted_in_kind() == 0
    with pytest.raises(NotAllowed):
        approve_valuation(valuation=valuation, by=inside)
    approve_valuation(valuation=valuation, by=people.director)
    assert counted_in_kind() == 139_29


@pytest.mark.parametrize(("minutes", "quantity"), [(20, "0.33"), (25, "0.42"), (60, "1"), (435, "7.25")])
def test_minutes_become_hundredths_of_an_hour(inside, minutes, quantity):
    contribution = count_volunteer_time(volunteer=make_held(inside, minutes), rate_code=RATE, by=inside)
    assert contribution.lines.get().quantity == quantity


def test_it_is_never_counted_twice_whatever_became_of_it(volunteer, inside):
    contribution = count_volunteer_time(volunteer=volunteer, rate_code=RATE, by=inside)
    Contribution.objects.filter(pk=contribution.pk).update(state="declined")
    with pytest.raises(Conflict, match="counted already"):
        count_volunteer_time(volunteer=volunteer, rate_code=RATE, by=inside)
    with pytest.raises(Conflict, match="counted in kind"):
        record_volunteer_time(volunteer=volunteer, minutes=60, by=inside)
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    ("harm", "refusal"),
    [
        (lambda v: Challenge.objects.update(state="closed"), Conflict),
        (lambda v: Volunteer.objects.update(state="accepted", minutes=None), Conflict),
    ],
    ids=["not held", "no time noted"],
)
def test_nothing_is_counted_before_the_day_is_over(volunteer, inside, harm, refusal):
    harm(volunteer)
    with pytest.raises(refusal):
        count_volunteer_time(volunteer=volunteer, rate_code=RATE, by=inside)
    assert not Contribution.objects.exists()


def test_a_rate_that_was_not_in_force_is_refused_and_nothing_is_written(volunteer, inside):
    with pytest.raises(DomainError, match="in force"):
        count_volunteer_time(volunteer=volunteer, rate_code="skilled-2011", by=inside)
    assert not Contribution.objects.exists()


def test_of_several_who_count_at_once_one_does(committed):
    yhiot, coordinator, refused = make_institute("yhiot"), make_user(), []
    give_role(coordinator, yhiot, Role.EVENTS_COORDINATOR)
    with institute_context(yhiot.id, user_id=coordinator.id):
        volunteer = make_held(coordinator)
    ready = threading.Barrier(6)

    def count() -> None:
        ready.wait()
        try:
            with institute_context(yhiot.id, user_id=coordinator.id):
                count_volunteer_time(volunteer=volunteer, rate_code=RATE, by=coordinator)
        except Conflict as refusal:
            refused.append(refusal)
        connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    with institute_context(yhiot.id):
        assert Contribution.objects.count() == 1


class TestPages:
    @pytest.fixture
    def held(self, people, yhiot) -> Volunteer:
        with institute_context(yhiot.id, user_id=people.events_coordinator.id):
            return make_held(people.events_coordinator)

    def test_it_is_offered_after_the_challenge_and_said_once_it_is_done(self, held, people, yhiot, client_for):
        client = client_for(people.events_coordinator, yhiot)
        assert "1 volunteer gave time that is not counted in kind" in text(client.get("/"))
        challenge = reverse("challenges:challenge", args=[held.challenge_id])
        assert "The time of 1 volunteer is not counted in kind." in text(client.get(challenge))
        url, field = reverse("challenges:count_time", args=[held.challenge_id]), f"rate_{held.pk.hex}"
        assert "Jo Marsh, Quickline: 6.5 hours" in text(client.get(url))
        assert client.post(url, {field: ""}).status_code == 422
        assert client.post(url, {field: RATE}).status_code == 302
        assert "Counted in kind" in text(client.get(challenge))
        assert "Nothing to count" in text(client.get(url))
        assert "not counted in kind" not in text(client.get("/"))
        assert "Volunteer time: Pyramid challenge: £139" in text(client_for(people.director, yhiot).get("/"))

    @pytest.mark.browser
    def test_the_page_is_accessible(self, open_page, held, people, yhiot):
        url = reverse("challenges:count_time", args=[held.challenge_id])
        in_every_look(open_page, url, "count-time", people.events_coordinator, yhiot)
