"""Bodies, the seats in them, and who came."""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action, only_one
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.about import day
from employers.domain_events.governance import BodyMet, BodyNamed, SeatChanged, SeatGiven
from employers.models import Attendance, Body, BodyMeeting, Contact, Seat
from employers.validators import clean_line
from employers.validators.facts import check_choice, check_day

TAKEN = "There is a body of this name already."


@action
def name_body(*, name: str, body: Body | None = None, by: User | None) -> Body:
    """Set up a body, or call `body` otherwise. Raises DomainError without a name, Conflict for one that is taken."""
    name = clean_line(name, field="name", limit=120, needed="Enter what the body is called.")
    taken = Body.objects.filter(name__iexact=name)
    if (taken.exclude(pk=body.pk) if body else taken).exists():
        raise Conflict(TAKEN, field="name")
    body = Body.objects.lock(body) if body else Body()
    body.name = name
    with only_one("employers_body_once", TAKEN, field="name"):
        body.save()
    record(BodyNamed(body_id=body.id, body=body.name), by=by)
    return body


@action
def give_seat(
    *,
    body: Body,
    contact: Contact,
    role: str = Seat.Role.MEMBER,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    by: User | None,
) -> Seat:
    """Give a person of an employer a seat from `starts_on` (today unless said) to `ends_on`, both included.

    Raises DomainError for somebody of no employer or who left before, and for days out of order; Conflict when the
    body has another chair on any of those days, or the person a seat in it.
    """
    if contact.employer_id is None:
        raise DomainError("A seat is for somebody at an employer.", field="contact")
    seat = Seat(body=Body.objects.lock(body), contact=contact, employer=contact.employer)
    _set(seat, {"role": role, "starts_on": starts_on or today(), "ends_on": ends_on})
    record(SeatGiven(starts_on=seat.starts_on, **_whose(seat)), by=by)
    return seat


@action
def change_seat(*, seat: Seat, by: User | None, **facts: Any) -> Seat:
    """Change role, starts_on or ends_on: a seat is left by giving it an end. Records nothing when nothing differs.

    Raises as give_seat does, and Conflict when a meeting with their attendance would lie outside.
    """
    seat = Seat.objects.lock(seat)
    Body.objects.lock(seat.body)
    if all(getattr(seat, name) == value for name, value in facts.items()):
        return seat
    _set(seat, facts)
    outside = Q(meeting__held_on__lt=seat.starts_on)
    if seat.ends_on:
        outside |= Q(meeting__held_on__gt=seat.ends_on)
    if seat.attendance.filter(outside).exists():
        raise Conflict("Their attendance is recorded for a day outside this time.", field="ends_on")
    record(SeatChanged(starts_on=seat.starts_on, ends_on=seat.ends_on, **_whose(seat)), by=by)
    return seat


@action
def record_meeting(
    *,
    body: Body,
    held_on: dt.date,
    came: Collection[Seat],
    apologies: Collection[Seat] = (),
    by: User | None,
) -> BodyMeeting:
    """Say who came when the body met on `held_on`; every other seat held that day counts as not there.

    Said again for the same day, it replaces what was said. Raises DomainError for a day to come, for a seat that was
    not held that day, and when nobody held one.
    """
    check_day(held_on, field="held_on", may_come=False)
    body = Body.objects.lock(body)
    held = list(body.seats.in_force(held_on))
    if not held:
        raise DomainError("Nobody held a seat that day. Give the seats first.", field="held_on")
    said = {seat.pk: Attendance.Came.APOLOGIES for seat in apologies} | {seat.pk: Attendance.Came.YES for seat in came}
    if not said.keys() <= {seat.pk for seat in held}:
        raise DomainError("Choose only those who held a seat that day.", field="came")
    meeting, _ = BodyMeeting.objects.get_or_create(body=body, held_on=held_on)
    meeting.attendance.all().delete()
    rows = [Attendance(meeting=meeting, seat=seat, came=said.get(seat.pk, Attendance.Came.NO)) for seat in held]
    Attendance.objects.bulk_create(rows)
    BodyMeeting.objects.filter(pk=meeting.pk).update(updated_at=Now())  # said again, it has changed
    record(BodyMet(body_id=body.id, body=body.name, held_on=held_on, **_employers(rows)), by=by)
    return meeting


def _employers(rows: Collection[Attendance]) -> dict[str, list[uuid.UUID]]:
    """Whose people came, sent apologies, or did not come."""
    words = {Attendance.Came.YES: "came", Attendance.Came.APOLOGIES: "apologised", Attendance.Came.NO: "missed"}
    return {word: [row.seat.employer_id for row in rows if row.came == came] for came, word in words.items()}


def _set(seat: Seat, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(seat, name, value)
    check_choice(seat.role, Seat.Role, field="role")
    check_day(seat.starts_on, field="starts_on")
    if seat.ends_on and check_day(seat.ends_on, field="ends_on") < seat.starts_on:
        raise DomainError("The seat ends before it starts.", field="ends_on")
    if "starts_on" in facts and seat.contact.left_on and seat.contact.left_on < seat.starts_on:
        raise DomainError("They had left by then.", field="contact")
    _refuse_second(seat)
    seat.save()


def _refuse_second(seat: Seat) -> None:
    """The body is locked, so nobody gives the same seat meanwhile; the database would refuse it too."""
    others = Seat.objects.filter(body=seat.body).exclude(pk=seat.pk).overlapping(seat.starts_on, seat.ends_on)
    if others.filter(contact=seat.contact).exists():
        raise Conflict(f"{seat.contact.name} has a seat in {seat.body.name} in this time.", field="contact")
    if seat.role != Seat.Role.CHAIR:
        return
    chair = others.filter(role=Seat.Role.CHAIR).select_related("contact").first()
    if chair:
        until = f"until {day(chair.ends_on)}" if chair.ends_on else "with no end yet: end that first"
        raise Conflict(f"{chair.contact.name} is chair of {seat.body.name} {until}.", field="role")


def _whose(seat: Seat) -> dict[str, Any]:
    role = seat.get_role_display().lower()
    return {"employer_id": seat.employer_id, "seat_id": seat.id, "body": seat.body.name, "role": role}
