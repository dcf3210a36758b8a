"""Seats in bodies: one chair at a time, and who came."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import TimelineItem
from employers.actions import end_contact, erase_person
from employers.actions.governance import change_seat, give_seat, name_body, record_meeting
from employers.models import Attendance, Body, BodyMeeting, Promise, Seat
from employers.reads.facts import seats_held
from employers.reads.rights import inventory, person_of
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import make_body, make_promise, make_seat
from tests.queries import own_queries

JANUARY, JUNE, JULY = dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)


def test_a_body_has_one_chair_on_any_day(inside, quickline):
    first = make_seat(quickline, role="chair", starts_on=JANUARY, ends_on=JUNE)
    with pytest.raises(Conflict, match="is chair of Employer board until"):
        make_seat(make_employer(), role="chair", starts_on=JUNE)
    assert Seat.objects.count() == 1
    make_seat(make_employer(), role="chair", starts_on=JULY)
    with pytest.raises(Conflict, match="no end yet"):
        change_seat(seat=first, ends_on=None, by=inside)
    first.refresh_from_db()
    assert first.ends_on == JUNE
    make_seat(make_employer(), role="chair", starts_on=JUNE, body=make_body("Curriculum panel"))


def test_the_database_itself_refuses_a_second_chair(inside, quickline):
    seat = make_seat(quickline, role="chair", starts_on=JANUARY)
    other = make_contact(make_employer())
    facts = {"body": seat.body, "contact": other, "employer": other.employer, "starts_on": JULY}
    with pytest.raises(IntegrityError, match="employers_seat_one_chair"), transaction.atomic():
        Seat.objects.create(role="chair", **facts)
    Seat.objects.create(role="member", **facts)
    with pytest.raises(IntegrityError, match="employers_seat_once_each"), transaction.atomic():
        Seat.objects.create(role="observer", **{**facts, "starts_on": today()})


def test_of_two_who_give_the_chair_at_once_one_is_told(committed, yhiot, people):
    with institute_context(yhiot.id):
        board = make_body()
        contacts = [make_contact(make_employer()) for _ in range(2)]

    def give(contact) -> str:
        try:
            with institute_context(yhiot.id):
                return give_seat(body=board, contact=contact, role="chair", by=None).role
        except Conflict as refusal:
            return refusal.field
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, contacts)) == ["chair", "role"]
    with institute_context(yhiot.id):
        assert Seat.objects.count() == 1


def test_a_person_holds_one_seat_in_a_body_at_a_time(inside, quickline):
    seat = make_seat(quickline, starts_on=JANUARY)
    with pytest.raises(Conflict, match="has a seat"):
        give_seat(body=seat.body, contact=seat.contact, starts_on=JULY, by=inside)
    change_seat(seat=seat, ends_on=JUNE, by=inside)
    give_seat(body=seat.body, contact=seat.contact, starts_on=JULY, role="deputy", by=inside)
    assert Seat.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"role": "king"}, "role"),
        ({"starts_on": JUNE, "ends_on": JANUARY}, "ends_on"),
        ({"starts_on": dt.date(1901, 1, 1)}, "starts_on"),
    ],
)
def test_what_is_no_seat_is_refused_at_its_field(inside, quickline, facts, field):
    with pytest.raises(DomainError) as refused:
        make_seat(quickline, **facts)
    assert refused.value.field == field
    assert not Seat.objects.exists()


def test_who_left_before_gets_no_seat(inside, quickline):
    with pytest.raises(DomainError, match="left"):
        make_seat(quickline, contact=make_contact(quickline, left_on=JANUARY), starts_on=JULY)


def test_bodies_are_named_once(inside):
    board = name_body(name="Employer board", by=inside)
    with pytest.raises(Conflict):
        name_body(name="EMPLOYER  board", by=inside)
    assert name_body(name="Employer Board", body=board, by=inside).name == "Employer Board"
    assert Body.objects.count() == 1


def test_attendance_counts_everybody_who_held_a_seat_that_day(inside, quickline):
    catch = make_employer("CATCH")
    came, sorry = make_seat(quickline, starts_on=JANUARY), make_seat(catch, starts_on=JANUARY)
    missed = make_seat(catch, starts_on=JANUARY)
    later = make_seat(quickline, starts_on=JULY)
    board = came.body
    record_meeting(body=board, held_on=JUNE, came=[missed], by=inside)
    meeting = record_meeting(body=board, held_on=JUNE, came=[came], apologies=[sorry], by=inside)
    assert BodyMeeting.objects.count() == 1
    said = dict(Attendance.objects.filter(meeting=meeting).values_list("seat", "came"))
    assert said == {came.pk: "yes", sorry.pk: "apologies", missed.pk: "no"}
    counts = {seat.pk: (seat.came_to, seat.could_come) for seat in seats_held()}
    assert counts == {came.pk: (1, 1), sorry.pk: (0, 1), missed.pk: (0, 1), later.pk: (0, 0)}
    told = TimelineItem.objects.filter(kind="seat", text__contains="on Tuesday 30 June 2026").order_by("-id")[:3]
    assert {(line.subject_id, line.text.split(" Employer")[0]) for line in told} == {
        (quickline.pk, "Came to"),
        (catch.pk, "Sent apologies to"),
        (catch.pk, "Did not come to"),
    }


def test_a_meeting_is_refused_for_who_held_no_seat_and_for_a_day_to_come(inside, quickline):
    seat = make_seat(quickline, starts_on=JULY)
    for facts, field in [
        ({"held_on": JUNE, "came": [seat]}, "held_on"),
        ({"held_on": today() + dt.timedelta(days=1), "came": [seat]}, "held_on"),
        ({"held_on": JULY, "came": [make_seat(quickline, body=make_body("Other"), starts_on=JANUARY)]}, "came"),
    ]:
        with pytest.raises(DomainError) as refused:
            record_meeting(body=seat.body, by=inside, **facts)
        assert refused.value.field == field
    assert not BodyMeeting.objects.exists()
    record_meeting(body=seat.body, held_on=JULY, came=[seat], by=inside)
    with pytest.raises(Conflict, match="attendance"):
        change_seat(seat=seat, starts_on=JULY + dt.timedelta(days=1), by=inside)


def test_who_leaves_or_is_erased_leaves_the_seat_and_its_history(inside, quickline):
    jo, fay = make_contact(quickline, "Jo Marsh"), make_contact(quickline, "Fay Wren")
    left, erased = make_seat(quickline, contact=jo, starts_on=JANUARY), make_seat(quickline, contact=fay)
    make_promise(quickline, inside, what="Show Fay Wren the lab", contact=fay)
    record_meeting(body=left.body, held_on=JULY, came=[left], by=inside)
    end_contact(contact=jo, left_on=JUNE, by=inside)
    left.refresh_from_db()
    assert left.ends_on == JULY  # the last meeting at which they were counted
    shown = {kind.label: kind.rows for kind in inventory(person_of(fay)).kinds}
    assert len(shown["Seats they held, and how often they came"]) == 1
    erase_person(contact=fay, reason="asked", seen=inventory(person_of(fay)).digest, by=inside)
    erased.refresh_from_db()
    assert (erased.ends_on, erased.contact.name) == (today(), "Erased person")
    assert Promise.objects.get().what == "Show [erased] the lab"


def test_a_seat_is_given_changed_and_shown_on_pages(manager, quickline, inside):
    page = f"/employers/{quickline.pk}/seats/add/"
    assert "Add the person first" in manager.get(page).content.decode()
    jo = make_contact(quickline, "Jo Marsh")
    form = {"contact": jo.pk, "role": "chair", "starts_on": "2026-01-01"}
    assert "Say which body" in manager.post(page, form).content.decode()
    manager.post(page, {**form, "new_body": "Employer board"})
    seat = Seat.objects.get()
    again = manager.post(page, {**form, "body": seat.body.pk})
    assert "has a seat in Employer board" in again.content.decode()
    met = f"/employers/bodies/{seat.body.pk}/met/"
    manager.post(met, {"held_on": "2026-03-04", "came": [seat.pk]})
    record = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert "Came to 1 of 1 meeting" in record
    own = manager.get(f"/employers/seats/{seat.pk}/").content.decode()
    assert "4 Mar 2026" in own
    manager.post(f"/employers/seats/{seat.pk}/", {"role": "chair", "starts_on": "2026-01-01", "ends_on": "2026-06-30"})
    assert "Jo Marsh" not in manager.get("/employers/seats/").content.decode()
    assert "Jo Marsh" in manager.get("/employers/seats/?ended=all&q=jo").content.decode()
    manager.post(f"/employers/bodies/{seat.body.pk}/", {"name": "Board of employers"})
    seat.refresh_from_db()
    assert seat.body.name == "Board of employers"


def test_the_list_of_seats_asks_as_much_for_three_as_for_one(manager, quickline):
    def count():
        with own_queries() as queries:
            assert manager.get("/employers/seats/").status_code == 200
        return len(queries)

    make_seat(quickline)
    count()  # the first request of a session asks more
    with_one = count()
    make_seat(quickline), make_seat(make_employer())
    assert count() == with_one


def test_seats_and_meetings_by_api(api_for, people, yhiot, quickline, inside):
    api = api_for(people.partnership_manager, yhiot)
    body = api.post("bodies/", {"name": "Employer board"}).json()
    jo = make_contact(quickline)
    made = api.post("seats/", {"body": body["id"], "contact": str(jo.pk), "starts_on": "2026-01-01"})
    assert made.status_code == 201, made.json()
    seat = made.json()
    assert (seat["role"], seat["could_come"]) == ("member", 0)
    meeting = {"body": body["id"], "held_on": "2026-02-03", "came": [seat["id"]]}
    assert api.post("body-meetings/record/", meeting).json()["attendance"] == [{"seat": seat["id"], "came": "yes"}]
    assert api.get("seats/").json()["items"][0]["came_to"] == 1
    assert api.patch(f"seats/{seat['id']}/", {"role": "chair"}).json()["role"] == "chair"
    assert api.post("seats/", {"body": body["id"], "contact": str(jo.pk)}).status_code == 409


def test_who_left_before_a_seat_of_theirs_began_can_be_marked_as_left(inside, quickline):
    seat = make_seat(quickline, starts_on=today())
    end_contact(contact=seat.contact, left_on=today() - dt.timedelta(days=3), by=inside)
    seat.refresh_from_db()
    assert seat.ends_on == today()


def test_a_seat_that_was_to_begin_later_goes_with_who_leaves(inside, quickline):
    next_month = today() + dt.timedelta(days=30)
    seat = make_seat(quickline, starts_on=next_month)
    other = make_seat(make_employer(), starts_on=next_month)
    end_contact(contact=seat.contact, left_on=today(), by=inside)
    assert list(Seat.objects.in_force(next_month + dt.timedelta(days=1))) == [other]
