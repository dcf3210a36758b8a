import pytest

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError, OverLimit
from employers.models import Contact
from events.actions.bookings import book_group, change_group, record_attendance, withdraw_group
from events.actions.challenges import change_challenge, set_challenge_state
from events.models import Challenge, GroupBooking
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
    booking = _book(make_challenge(inside, days_ahead=0), inside, pupils=24)
    change_group(booking=booking, pupils=22, adults=3, step_free=1, dietary=2, support_places=0, by=inside)
    booking.refresh_from_db()
    assert (booking.pupils, booking.step_free, booking.dietary) == (22, 1, 2)
    record_attendance(booking=booking, pupils=20, by=inside)
    with pytest.raises(Conflict):
        change_group(booking=booking, pupils=5, adults=3, step_free=0, dietary=0, support_places=0, by=inside)


def test_a_group_that_did_not_come_is_a_no_show(inside):
    booking = _book(make_challenge(inside, days_ahead=0), inside)
    assert record_attendance(booking=booking, pupils=0, by=inside).state == "no_show"


@pytest.mark.parametrize(("days_ahead", "state", "says"), [(1, "open", "not come yet"), (0, "cancelled", "cancelled")])
def test_no_group_is_checked_in_before_the_day_or_at_a_challenge_that_was_cancelled(days_ahead, state, says, inside):
    challenge = make_challenge(inside, days_ahead=days_ahead)
    booking = _book(challenge, inside)
    Challenge.objects.update(state=state)
    with pytest.raises(Conflict, match=says):
        record_attendance(booking=booking, pupils=20, by=inside)
    booking.refresh_from_db()
    assert (booking.state, booking.attended_pupils) == ("confirmed", None)


def test_more_places_go_to_the_groups_that_wait_and_not_to_who_books_next(inside):
    challenge = make_challenge(inside, places=1)
    _book(challenge, inside)
    waiting = [_book(challenge, inside, join_waiting_list=True) for _ in range(3)]
    change_challenge(challenge=challenge, places=3, by=inside)
    for booking in waiting:
        booking.refresh_from_db()
    assert [booking.state for booking in waiting] == ["confirmed", "confirmed", "waiting"]
    with pytest.raises(OverLimit):
        _book(challenge, inside)


@pytest.mark.parametrize("gone", [{"left_on": today()}, {"erased_at": now()}])
def test_a_teacher_who_is_not_there_any_more_brings_no_group(gone, inside):
    challenge, school = make_challenge(inside), make_school()
    teacher = make_teacher(school)
    Contact.objects.filter(pk=teacher.pk).update(**gone)
    teacher.refresh_from_db()
    with pytest.raises(DomainError, match="not there any more") as refusal:
        book_group(challenge=challenge, school=school, contact=teacher, pupils=10, adults=1, by=inside)
    assert (refusal.value.field, GroupBooking.objects.count()) == ("contact", 0)


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
