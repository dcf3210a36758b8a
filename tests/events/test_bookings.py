import pytest

from crm.base.errors import Conflict, DomainError, OverLimit
from events.actions.bookings import book_group, change_group, record_attendance, withdraw_group
from events.actions.challenges import change_challenge, set_challenge_state
from events.models import GroupBooking
from tests.factories.events import make_challenge, make_school, make_teacher


def _book(challenge, by, *, pupils=24, adults=3, school=None, **more):
    school = school or make_school()
    return book_group(
        challenge=challenge, school=school, contact=make_teacher(school), pupils=pupils, adults=adults, by=by, **more
    )


def test_a_group_takes_one_place(inside):
    challenge = make_challenge(inside, places=2)
    booking = _book(challenge, inside)
    assert booking.state == "confirmed"
    assert GroupBooking.objects.filter(challenge=challenge).taking_a_place().count() == 1


def test_a_full_challenge_refuses_and_says_what_is_left(inside):
    challenge = make_challenge(inside, places=1)
    _book(challenge, inside)
    with pytest.raises(OverLimit, match="0 are left"):
        _book(challenge, inside)
    assert GroupBooking.objects.count() == 1


def test_the_first_waiting_group_gets_the_place_of_one_that_withdraws(inside):
    challenge = make_challenge(inside, places=1)
    first = _book(challenge, inside)
    second = _book(challenge, inside, join_waiting_list=True)
    third = _book(challenge, inside, join_waiting_list=True)
    assert [second.state, third.state] == ["waiting", "waiting"]
    withdraw_group(booking=first, by=inside)
    second.refresh_from_db()
    third.refresh_from_db()
    assert [second.state, third.state] == ["confirmed", "waiting"]


def test_a_school_is_booked_once(inside):
    challenge = make_challenge(inside)
    school = make_school("Bourne Academy")
    _book(challenge, inside, school=school)
    with pytest.raises(Conflict, match="Bourne Academy is booked already"):
        book_group(challenge=challenge, school=school, contact=make_teacher(school), pupils=10, adults=1, by=inside)
    assert GroupBooking.objects.count() == 1


def test_a_school_that_withdrew_may_book_again(inside):
    challenge = make_challenge(inside)
    school = make_school()
    withdraw_group(booking=_book(challenge, inside, school=school), by=inside)
    assert _book(challenge, inside, school=school).state == "confirmed"


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        ({"pupils": 0, "adults": 1}, "pupils"),
        ({"pupils": 401, "adults": 99}, "pupils"),
        ({"pupils": 21, "adults": 2}, "adults"),
        ({"pupils": 20, "adults": 2, "dietary": 21}, "dietary"),
        ({"pupils": 20, "adults": 2, "step_free": -1}, "step_free"),
    ],
)
def test_counts_that_do_not_fit_are_refused_at_their_field(counts, field, inside):
    challenge = make_challenge(inside)
    with pytest.raises(DomainError) as refusal:
        _book(challenge, inside, **counts)
    assert refusal.value.field == field
    assert GroupBooking.objects.count() == 0


def test_nobody_books_before_booking_opens(inside):
    challenge = make_challenge(inside, is_open=False)
    with pytest.raises(Conflict, match="not open"):
        _book(challenge, inside)
    assert GroupBooking.objects.count() == 0


def test_numbers_change_until_the_day(inside):
    booking = _book(make_challenge(inside), inside, pupils=24)
    change_group(booking=booking, pupils=22, adults=3, step_free=1, dietary=2, support_places=0, by=inside)
    booking.refresh_from_db()
    assert (booking.pupils, booking.step_free, booking.dietary) == (22, 1, 2)
    record_attendance(booking=booking, pupils=20, by=inside)
    with pytest.raises(Conflict):
        change_group(booking=booking, pupils=5, adults=3, step_free=0, dietary=0, support_places=0, by=inside)


def test_a_group_that_did_not_come_is_a_no_show(inside):
    booking = _book(make_challenge(inside), inside)
    assert record_attendance(booking=booking, pupils=0, by=inside).state == "no_show"


def test_places_cannot_fall_below_the_groups_booked(inside):
    challenge = make_challenge(inside, places=3)
    for _ in range(2):
        _book(challenge, inside)
    with pytest.raises(DomainError, match="2 groups are booked"):
        change_challenge(challenge=challenge, places=1, by=inside)
    challenge.refresh_from_db()
    assert challenge.places == 3


def test_a_cancelled_challenge_stays_cancelled(inside):
    challenge = set_challenge_state(challenge=make_challenge(inside), state="cancelled", by=inside)
    with pytest.raises(Conflict):
        set_challenge_state(challenge=challenge, state="open", by=inside)
