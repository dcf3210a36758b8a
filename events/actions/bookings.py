"""Book school groups. Places are counted under the row lock of the challenge, so capacity holds under any crowd."""

import uuid

from crm.base.errors import Conflict, DomainError, OverLimit
from crm.base.transactions import action
from crm.identity.models import Provider, User
from crm.outbox.record import record
from employers.models import Contact
from events.domain_events import AttendanceRecorded, GroupBooked, GroupChanged, GroupPromoted, GroupWithdrawn
from events.models import Challenge, GroupBooking
from events.validators import check_group, check_may_be_asked, check_somebody_came

CONFIRMED, WAITING = GroupBooking.State.CONFIRMED, GroupBooking.State.WAITING


@action
def book_group(
    *,
    challenge: Challenge,
    school: Provider,
    contact: Contact,
    pupils: int,
    adults: int,
    by: User,
    step_free: int = 0,
    dietary: int = 0,
    support_places: int = 0,
    join_waiting_list: bool = False,
) -> GroupBooking:
    """A place for a school's group, or one on the waiting list when full and asked for.

    Raises OverLimit when full, Conflict when the school is booked already, DomainError for counts that do not fit.
    """
    challenge = _lock(challenge.id)
    counts = {"step_free": step_free, "dietary": dietary, "support_places": support_places}
    check_group(pupils=pupils, adults=adults, pupils_per_adult=challenge.pupils_per_adult, counts=counts)
    _check_school(challenge, school, contact)
    is_full = _is_full(challenge, may_wait=join_waiting_list)
    booking = GroupBooking.objects.create(
        challenge=challenge,
        school=school,
        contact=contact,
        pupils=pupils,
        adults=adults,
        state=WAITING if is_full else CONFIRMED,
        booked_by=by,
        **counts,
    )
    whose = _about(challenge, booking)
    record(GroupBooked(school_id=school.id, pupils=pupils, is_waiting=is_full, **whose), by=by)
    return booking


@action
def change_group(
    *, booking: GroupBooking, pupils: int, adults: int, by: User, step_free: int, dietary: int, support_places: int
) -> GroupBooking:
    """New headcounts for a group that has not come yet. Raises DomainError for counts that do not fit."""
    challenge, booking = _lock_both(booking)
    if booking.state not in (CONFIRMED, WAITING):
        raise Conflict("Only a group that is booked or waiting can change its numbers.")
    counts = {"step_free": step_free, "dietary": dietary, "support_places": support_places}
    check_group(pupils=pupils, adults=adults, pupils_per_adult=challenge.pupils_per_adult, counts=counts)
    for name, value in {"pupils": pupils, "adults": adults, **counts}.items():
        setattr(booking, name, value)
    booking.save()
    record(GroupChanged(pupils=pupils, adults=adults, **_about(challenge, booking)), by=by)
    return booking


@action
def withdraw_group(*, booking: GroupBooking, by: User) -> GroupBooking:
    """Take a group off. Its place goes to the first group waiting, in the same transaction."""
    challenge, booking = _lock_both(booking)
    if booking.state not in (CONFIRMED, WAITING):
        raise Conflict("Only a group that is booked or waiting can withdraw.")
    frees_a_place = booking.state == CONFIRMED
    booking.state = GroupBooking.State.WITHDRAWN
    booking.save(update_fields=["state"])
    if frees_a_place:
        promote_waiting(challenge=challenge, by=by)
    record(GroupWithdrawn(**_about(challenge, booking)), by=by)
    return booking


@action
def record_attendance(*, booking: GroupBooking, pupils: int, by: User) -> GroupBooking:
    """How many pupils came; 0 means the group did not.

    Raises DomainError for more than twice those booked, Conflict before the day, for a challenge that was cancelled and
    for a group that was not booked.
    """
    challenge, booking = _lock_both(booking)
    check_somebody_came(challenge)
    if booking.state not in (CONFIRMED, GroupBooking.State.ATTENDED, GroupBooking.State.NO_SHOW):
        raise Conflict("Only a booked group can be checked in.")
    if not 0 <= pupils <= 2 * booking.pupils:
        raise DomainError(f"{booking.pupils} pupils were booked. Check the number.", field="attended_pupils")
    booking.attended_pupils = pupils
    booking.state = GroupBooking.State.ATTENDED if pupils else GroupBooking.State.NO_SHOW
    booking.save(update_fields=["attended_pupils", "state"])
    record(AttendanceRecorded(pupils=pupils, **_about(challenge, booking)), by=by)
    return booking


def _check_school(challenge: Challenge, school: Provider, contact: Contact) -> None:
    if not challenge.is_bookable:
        raise Conflict("Booking is not open for this challenge. Open it first.")
    if contact.provider_id != school.id:
        raise DomainError("Choose a contact at this school.", field="contact")
    check_may_be_asked(contact)
    if GroupBooking.objects.filter(challenge=challenge, school=school).exclude(state="withdrawn").exists():
        raise Conflict(f"{school.name} is booked already. Change its numbers instead.", field="school")


def _is_full(challenge: Challenge, *, may_wait: bool) -> bool:
    taken = GroupBooking.objects.filter(challenge=challenge).taking_a_place().count()
    if taken >= challenge.places and not may_wait:
        raise OverLimit(
            f"All {challenge.places} places are taken: 0 are left. Put the school on the waiting list instead.",
            field="school",
        )
    return taken >= challenge.places


@action
def promote_waiting(*, challenge: Challenge, by: User) -> None:
    """Give the free places of a locked challenge to the groups that wait, first come first. Not once it is over.

    Called by the actions that free a place or make more of them.
    """
    if challenge.state not in (Challenge.State.OPEN, Challenge.State.CLOSED):
        return
    groups = GroupBooking.objects.filter(challenge=challenge)
    free = max(0, challenge.places - groups.taking_a_place().count())
    for waiting in groups.waiting().select_related("school")[:free]:
        waiting.state = CONFIRMED
        waiting.save(update_fields=["state"])
        record(GroupPromoted(**_about(challenge, waiting)), by=by)


def _lock(challenge_id: uuid.UUID) -> Challenge:
    return Challenge.objects.select_for_update(of=("self",)).get(pk=challenge_id)


def _lock_both(booking: GroupBooking) -> tuple[Challenge, GroupBooking]:
    """Always the challenge first, so that two changes never wait for each other."""
    challenge = _lock(booking.challenge_id)
    return challenge, GroupBooking.objects.select_related("school").get(pk=booking.pk)


def _about(challenge: Challenge, booking: GroupBooking) -> dict[str, object]:
    facts = {"challenge_id": challenge.id, "title": challenge.title}
    return {**facts, "booking_id": booking.id, "school_name": booking.school.name}
