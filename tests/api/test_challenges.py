"""Challenges, schools' groups and volunteers by API: counts of pupils, and a full day says so."""

import datetime as dt
import json

import pytest

from crm.base.context import institute_context
from crm.identity.models import Provider
from crm.identity.roles import Permission
from events.models import Challenge, GroupBooking, Volunteer
from tests.factories.employers import make_contact, make_employer
from tests.factories.events import make_challenge, make_school, make_teacher, school_morning
from tests.factories.funds import make_fund
from tests.queries import own_queries


@pytest.fixture
def coordinator(api_for, people, yhiot):
    return api_for(people.events_coordinator, yhiot)


def _day(days=60, **facts):
    starts = school_morning(days)
    ends = starts + dt.timedelta(hours=6)
    wanted = {"title": "Pyramid challenge", "venue": "Showground", "places": 2, "starts_at": starts.isoformat()}
    return wanted | {"ends_at": ends.isoformat()} | facts


def _group(challenge, school=None, **facts):
    school = school or make_school()
    wanted = {"challenge": str(challenge.pk), "school": str(school.pk), "contact": str(make_teacher(school).pk)}
    return wanted | {"pupils": 20, "adults": 2} | facts


def test_a_challenge_is_planned_changed_opened_and_cancelled(coordinator, inside):
    fund = make_fund(500_00, kind="challenge")
    made = coordinator.post("challenges/", _day(fund=str(fund.pk)))
    assert made.status_code == 201, made.json()
    address = f"challenges/{made.json()['id']}/"
    tag = coordinator.get(address)["ETag"]
    changed = coordinator.patch(address, {"places": 3}, etag=tag).json()
    assert (changed["places"], changed["places_left"], changed["fund"]["name"]) == (3, 3, fund.name)
    assert coordinator.patch(address, {"places": 4}, etag=tag).status_code == 412
    assert coordinator.post(f"{address}state/", {"state": "open"}).json()["state"] == "open"
    too_early = coordinator.post(f"{address}state/", {"state": "held"})
    assert (too_early.status_code, "not come yet" in too_early.json()["detail"]) == (409, True)
    assert [c["id"] for c in coordinator.get("challenges/?when=upcoming").json()["items"]] == [made.json()["id"]]
    assert coordinator.post(f"{address}state/", {"state": "cancelled"}).json()["state"] == "cancelled"
    assert coordinator.get("challenges/?when=upcoming").json()["items"] == []


def test_a_cost_is_taken_from_the_fund_or_refused_with_what_is_left(coordinator, people, inside):
    fund = make_fund(500_00, kind="challenge")
    address = f"challenges/{make_challenge(people.events_coordinator, fund=fund).pk}/costs/"
    refused = coordinator.post(address, {"what": "Buses", "pence": 500_01})
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["pointer"]) == (422, "/pence")
    assert error["detail"].startswith("Only £500.00 is left as available")
    assert coordinator.post(address, {"what": "Buses", "pence": 400_00}).status_code == 201
    costs = coordinator.get(address).json()
    assert (costs["total_pence"], costs["items"][0]["what"], costs["currency"]) == (400_00, "Buses", "GBP")


def test_groups_are_booked_until_the_places_are_gone(coordinator, people, inside):
    challenge = make_challenge(people.events_coordinator, places=1, days_ahead=0)
    first = coordinator.post("group-bookings/", _group(challenge))
    assert (first.status_code, first.json()["state"]) == (201, "confirmed")
    second = _group(challenge)
    full = coordinator.post("group-bookings/", second)
    assert full.status_code == 422
    problem = full.json()
    assert (problem["errors"][0]["pointer"], problem["places_left"]) == ("/school", 0)
    assert "0 are left" in problem["detail"]
    assert GroupBooking.objects.count() == 1
    waits = coordinator.post("group-bookings/", second | {"join_waiting_list": True}).json()
    assert waits["state"] == "waiting"
    again = coordinator.post("group-bookings/", second)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/school")
    address = f"group-bookings/{first.json()['id']}/"
    assert coordinator.patch(address, {"dietary": 3}).json()["dietary"] == 3
    assert coordinator.post(f"{address}withdraw/").json()["state"] == "withdrawn"
    assert coordinator.post(f"{address}withdraw/").status_code == 409
    moved_up = f"group-bookings/{waits['id']}/"
    assert coordinator.get(moved_up).json()["state"] == "confirmed"
    came = coordinator.post(f"{moved_up}check-in/", {"attended_pupils": 18}).json()
    assert (came["state"], came["attended_pupils"]) == ("attended", 18)
    encounters = coordinator.get(f"challenges/{challenge.pk}/encounters/").json()["items"]
    assert [(line["school"], line["pupils"]) for line in encounters] == [(waits["school"]["name"], 18)]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"pupils": 0}, "/pupils"),
        ({"pupils": 40}, "/adults"),
        ({"dietary": 21}, "/dietary"),
        ({"adults": "2"}, "/adults"),
        ({"pupil_names": ["Sam Marsh"]}, "/pupil_names"),
        ({"school": "no id"}, "/school"),
    ],
)
def test_a_wrong_group_is_refused_at_its_field(wrong, pointer, coordinator, people, inside):
    body = _group(make_challenge(people.events_coordinator)) | wrong
    refused = coordinator.post("group-bookings/", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert GroupBooking.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"brief": "Sam Marsh, 14/09/2012, builds the tower"}, "/brief"),
        ({"ends_at": "2020-01-01T09:00:00Z"}, "/ends_at"),
        ({"places": 0}, "/places"),
        ({"starts_at": "tomorrow"}, "/starts_at"),
    ],
)
def test_a_wrong_challenge_is_refused_at_its_field(wrong, pointer, coordinator, inside):
    refused = coordinator.post("challenges/", _day(**wrong))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert Challenge.objects.count() == 0


def test_a_school_is_added_once_and_found(coordinator, inside):
    body = {"name": "Hessle High School", "urn": "120651", "town": "Hessle"}
    made, again = coordinator.post("schools/", body), coordinator.post("schools/", body)
    assert (made.status_code, made.json()) == (201, again.json())
    assert Provider.objects.filter(urn="120651").count() == 1
    assert [s["urn"] for s in coordinator.get("schools/?q=hessle").json()["items"]] == ["120651"]
    refused = coordinator.post("schools/", body | {"urn": "12"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/urn")


def test_a_volunteer_is_invited_answers_and_gives_time(coordinator, people, inside):
    challenge = make_challenge(people.events_coordinator, days_ahead=0)
    person = make_contact(make_employer("Arco"), "Jo Marsh")
    body = {"challenge": str(challenge.pk), "contact": str(person.pk), "role": "mentor", "is_unsupervised": True}
    made = coordinator.post("volunteers/", body)
    assert made.status_code == 201, made.json()
    assert made.json()["employer"]["name"] == "Arco"
    assert coordinator.post("volunteers/", body).status_code == 409
    address = f"volunteers/{made.json()['id']}/"
    unseen = coordinator.post(f"{address}answer/", {"is_coming": True})
    assert (unseen.status_code, "check was seen" in unseen.json()["detail"]) == (409, True)
    assert coordinator.post(f"{address}check-seen/").json()["check_seen_by"]["id"] == str(people.events_coordinator.pk)
    assert coordinator.post(f"{address}answer/", {"is_coming": True}).json()["state"] == "accepted"
    assert coordinator.post(f"{address}time/", {"minutes": 1441}).status_code == 422
    assert coordinator.post(f"{address}time/", {"minutes": 390}).json()["minutes"] == 390
    assert coordinator.post(f"{address}count-time/", {"rate_code": "skilled-2024"}).status_code == 409
    tomorrow = school_morning(1)
    Challenge.objects.update(state="held", starts_at=tomorrow, ends_at=tomorrow + dt.timedelta(hours=6))
    counted = coordinator.post(f"{address}count-time/", {"rate_code": "skilled-2024"})
    assert counted.status_code == 422  # its day is to come
    assert Volunteer.objects.get().contribution_id is None


def test_the_lists_ask_the_same_queries_for_one_challenge_and_for_three(coordinator, people, inside):
    lists = ("challenges/", "group-bookings/", "volunteers/", "schools/")

    def count(path):
        with own_queries() as queries:
            assert coordinator.get(path).status_code == 200
        return len(queries)

    def add():
        challenge = make_challenge(people.events_coordinator, fund=make_fund(kind="challenge"))
        coordinator.post("group-bookings/", _group(challenge))
        person = make_contact(make_employer(), f"Helper {challenge.pk}")
        coordinator.post("volunteers/", {"challenge": str(challenge.pk), "contact": str(person.pk), "role": "judge"})

    add()
    with_one = [count(path) for path in lists]
    add(), add()
    assert Volunteer.objects.count() == GroupBooking.objects.count() == 3
    assert (with_one, [count(path) for path in lists]) == ([4] * 4, [4] * 4)  # who asks, the token, roles, rows


def test_another_institutes_challenge_can_be_neither_read_nor_booked(coordinator, people, liot, inside):
    with institute_context(liot.id):
        theirs = make_challenge(people.at(liot).events_coordinator)
        person = make_contact()
    assert coordinator.get(f"challenges/{theirs.pk}/").status_code == 404
    assert coordinator.get(f"group-bookings/?challenge={theirs.pk}").json()["items"] == []
    refused = coordinator.post("group-bookings/", _group(theirs))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/challenge")
    ours = make_challenge(people.events_coordinator)
    body = {"challenge": str(ours.pk), "contact": str(person.pk), "role": "judge"}
    assert coordinator.post("volunteers/", body).json()["errors"][0]["pointer"] == "/contact"


def test_a_token_that_only_reads_books_nothing(api_for, people, yhiot, inside):
    reader = api_for(people.events_coordinator, yhiot, [Permission.SEE_CHALLENGES])
    assert reader.get("challenges/").status_code == 200
    assert reader.post("group-bookings/", _group(make_challenge(people.events_coordinator))).status_code == 403
    assert GroupBooking.objects.count() == 0


def test_no_field_of_a_group_could_name_a_pupil(coordinator, people, inside):
    booked = coordinator.post("group-bookings/", _group(make_challenge(people.events_coordinator))).json()
    about_pupils = {"pupils", "step_free", "dietary", "support_places", "attended_pupils"}
    assert {name for name in booked if "pupil" in name} <= about_pupils
    assert all(isinstance(booked[name], int | None) for name in about_pupils), json.dumps(booked)
