import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.identity.models import Provider
from events.actions.bookings import book_group
from events.actions.challenges import change_challenge, plan_challenge, set_challenge_state
from events.actions.schools import add_school
from events.actions.volunteers import answer_invitation, invite_volunteer, note_check_seen, record_volunteer_time
from events.models import Challenge, GroupBooking, Volunteer
from events.reads import what_is_missing
from events.validators import refuse_pupil_details
from tests.factories.employers import make_contact, make_employer
from tests.factories.events import make_challenge, make_school, make_teacher, school_morning


def _invited(by, **facts) -> Volunteer:
    challenge = make_challenge(by, **facts)
    return invite_volunteer(challenge=challenge, contact=make_contact(make_employer()), role="judge", by=by)


@pytest.mark.parametrize(
    "text",
    [
        "Team captain Alice Brown 12/03/2012",
        "dob: see the school's list",
        "Alice Brown, date of birth to follow",
        "3.4.2013 Alice Brown",
    ],
)
def test_text_that_looks_like_a_pupil_is_refused(text):
    with pytest.raises(DomainError, match="pupil's name or date of birth"):
        refuse_pupil_details(text, field="brief")


@pytest.mark.parametrize(
    "text", ["Final on 15/07/2026 at the Lincolnshire Showground", "Lift and place blocks into a pyramid", "Year 9"]
)
def test_ordinary_text_is_kept(text):
    assert refuse_pupil_details(text, field="brief") == text


def test_a_day_that_ends_before_it_starts_is_refused(inside):
    starts_at = dt.datetime(2027, 7, 14, 9, tzinfo=dt.UTC)
    with pytest.raises(DomainError, match="after the start"):
        plan_challenge(title="Final", starts_at=starts_at, ends_at=starts_at, venue="Hall", places=5, by=inside)
    assert Challenge.objects.count() == 0


def test_a_moved_day_raises_the_date_version_and_other_changes_do_not(inside):
    challenge = make_challenge(inside)
    challenge = change_challenge(challenge=challenge, venue="Hull", by=inside)
    assert challenge.date_version == 1
    later = dt.timedelta(days=9)
    challenge = change_challenge(
        challenge=challenge, starts_at=challenge.starts_at + later, ends_at=challenge.ends_at + later, by=inside
    )
    assert challenge.date_version == 2


def test_a_challenge_is_not_held_before_its_day(inside):
    challenge = make_challenge(inside)
    with pytest.raises(Conflict, match="not come yet"):
        set_challenge_state(challenge=challenge, state="held", by=inside)


def test_a_volunteer_without_supervision_needs_a_check_that_was_seen(inside):
    contact = make_contact(make_employer())
    volunteer = invite_volunteer(
        challenge=make_challenge(inside), contact=contact, role="mentor", is_unsupervised=True, by=inside
    )
    with pytest.raises(Conflict, match="check was seen"):
        answer_invitation(volunteer=volunteer, is_coming=True, by=inside)
    note_check_seen(volunteer=volunteer, by=inside)
    assert answer_invitation(volunteer=volunteer, is_coming=True, by=inside).state == "accepted"


def test_a_volunteer_gives_at_most_a_day(inside):
    volunteer = _invited(inside, days_ahead=0)
    with pytest.raises(DomainError, match="24 hours"):
        record_volunteer_time(volunteer=volunteer, minutes=24 * 60 + 1, by=inside)
    assert record_volunteer_time(volunteer=volunteer, minutes=390, by=inside).state == "attended"


@pytest.mark.parametrize(("days_ahead", "state", "says"), [(1, "open", "not come yet"), (0, "cancelled", "cancelled")])
def test_nobody_gave_time_before_the_day_or_at_a_challenge_that_was_cancelled(days_ahead, state, says, inside):
    volunteer = _invited(inside, days_ahead=days_ahead)
    Challenge.objects.update(state=state)
    with pytest.raises(Conflict, match=says):
        record_volunteer_time(volunteer=volunteer, minutes=390, by=inside)
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.minutes) == ("invited", None)


def test_nobody_says_yes_to_a_challenge_that_was_cancelled(inside):
    volunteer = _invited(inside)
    set_challenge_state(challenge=volunteer.challenge, state="cancelled", by=inside)
    with pytest.raises(Conflict, match="cancelled"):
        answer_invitation(volunteer=volunteer, is_coming=True, by=inside)


def test_somebody_who_left_is_not_invited(inside):
    gone = make_contact(make_employer(), left_on=today())
    with pytest.raises(DomainError, match="not there any more") as refusal:
        invite_volunteer(challenge=make_challenge(inside), contact=gone, role="judge", by=inside)
    assert (refusal.value.field, Volunteer.objects.count()) == ("contact", 0)


def test_a_challenge_that_was_held_cannot_come_to_lie_ahead(inside):
    challenge = set_challenge_state(challenge=make_challenge(inside, days_ahead=-1), state="held", by=inside)
    later = school_morning(9)
    with pytest.raises(Conflict, match="cannot lie ahead"):
        change_challenge(challenge=challenge, starts_at=later, ends_at=later + dt.timedelta(hours=1), by=inside)
    earlier = school_morning(-2)
    assert change_challenge(challenge=challenge, starts_at=earlier, by=inside).day < today()


def test_too_few_adults_for_a_new_ratio_are_named_before_the_day(inside):
    challenge, school = make_challenge(inside), make_school("Bourne Academy")
    book_group(challenge=challenge, school=school, contact=make_teacher(school), pupils=20, adults=2, by=inside)
    groups = GroupBooking.objects.filter(challenge=challenge)
    said = "Bourne Academy comes with 2 adults, and 4 are needed."
    assert said not in what_is_missing(challenge, groups, [])
    challenge = change_challenge(challenge=challenge, pupils_per_adult=5, by=inside)
    assert said in what_is_missing(challenge, groups, [])


def test_a_teacher_is_not_an_employer_volunteer(inside):
    teacher = make_teacher(make_school())
    with pytest.raises(DomainError, match="contact of an employer"):
        invite_volunteer(challenge=make_challenge(inside), contact=teacher, role="judge", by=inside)
    assert Volunteer.objects.count() == 0


def test_a_school_is_found_by_its_urn_and_not_overwritten(inside):
    first = add_school(name="Bourne Academy", urn="137001", by=inside)
    assert add_school(name="bourne academy typo", urn="137001", by=inside) == first
    first.refresh_from_db()
    assert first.name == "Bourne Academy"


def test_two_schools_of_one_name_in_two_towns_are_two(inside):
    exeter = add_school(name="St Mary's School", town="Exeter", by=inside)
    hull = add_school(name="St Mary's School", town="Hull", by=inside)
    assert exeter != hull and hull.town == "Hull"
    assert add_school(name="st mary's school", town="hull", by=inside) == hull
    assert Provider.objects.filter(name__iexact="St Mary's School").count() == 2


def test_the_urn_of_a_college_is_refused(inside):
    Provider.objects.create(name="York College", kind="fe", urn="130594")
    with pytest.raises(Conflict, match="the URN of York College, a further-education college") as refusal:
        add_school(name="York Academy", urn="130594", by=inside)
    assert refusal.value.field == "urn"


@pytest.mark.parametrize("urn", ["12345", "1234567", "abcdef", "０12345"])
def test_a_wrong_urn_is_refused(urn, inside):
    with pytest.raises(DomainError, match="six digits"):
        add_school(name="Some School", urn=urn, by=inside)
