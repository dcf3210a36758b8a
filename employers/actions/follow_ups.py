"""Promising a next step, and keeping it."""

import datetime as dt
import uuid

from crm.base.clock import next_working_day, now, today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events import (
    EMPLOYER,
    FollowUpAdded,
    FollowUpCompleted,
    FollowUpDropped,
    FollowUpReassigned,
    FollowUpSnoozed,
)
from employers.models import Employer, FollowUp
from employers.reads.people import is_colleague
from employers.validators import clean_line

FURTHEST = dt.timedelta(days=5 * 366)


@action
def add_follow_up(
    *,
    title: str,
    due_on: dt.date,
    owner: User,
    employer: Employer | None = None,
    subject: tuple[str, uuid.UUID] | None = None,
    by: User | None,
) -> FollowUp:
    """Promise a next step on `subject` (the employer unless said), due on `due_on` or the next working day.

    Raises DomainError for a past or far date and for an owner who does not work with employers here, NotFound when the
    employer was merged meanwhile.
    """
    if subject is None:
        if employer is None:
            raise ValueError("A follow-up is about something.")
        subject = (EMPLOYER, employer.id)
    title = clean_line(title, field="title", needed="Write what is to be done.")
    _refuse_stranger(owner)
    employer = employer and Employer.objects.lock(employer)
    follow_up = FollowUp.objects.create(
        subject_type=subject[0],
        subject_id=subject[1],
        employer=employer,
        title=title,
        due_on=_due(due_on),
        owner=owner,
    )
    record(FollowUpAdded(owner_id=owner.id, due_on=follow_up.due_on, **_about(follow_up)), by=by)
    return follow_up


@action
def complete_follow_up(*, follow_up: FollowUp, by: User) -> FollowUp:
    """Mark it done. Raises Conflict when it is done or dropped already."""
    follow_up = _open(follow_up)
    follow_up.done_at, follow_up.done_by = now(), by
    follow_up.save(update_fields=["done_at", "done_by"])
    record(FollowUpCompleted(**_about(follow_up)), by=by)
    return follow_up


@action
def drop_follow_up(*, follow_up: FollowUp, reason: str, by: User) -> FollowUp:
    """Let it go, saying why. Raises DomainError without a reason, Conflict when it is closed already."""
    reason = clean_line(reason, field="reason", needed="Say why it is dropped.")
    follow_up = _open(follow_up)
    follow_up.done_at, follow_up.done_by, follow_up.dropped_reason = now(), by, reason
    follow_up.save(update_fields=["done_at", "done_by", "dropped_reason"])
    record(FollowUpDropped(**_about(follow_up)), by=by)
    return follow_up


@action
def snooze_follow_up(*, follow_up: FollowUp, due_on: dt.date, by: User) -> FollowUp:
    """Move the due date to `due_on` or the next working day. Raises DomainError for a past date."""
    follow_up = _open(follow_up)
    before, follow_up.due_on = follow_up.due_on, _due(due_on)
    follow_up.save(update_fields=["due_on"])
    record(FollowUpSnoozed(before=before, due_on=follow_up.due_on, **_about(follow_up)), by=by)
    return follow_up


@action
def reassign_follow_up(*, follow_up: FollowUp, owner: User, by: User) -> FollowUp:
    """Give it to a colleague. Raises DomainError when they do not work with employers here."""
    _refuse_stranger(owner)
    follow_up = _open(follow_up)
    follow_up.owner = owner
    follow_up.save(update_fields=["owner"])
    record(FollowUpReassigned(owner_id=owner.id, **_about(follow_up)), by=by)
    return follow_up


def _open(follow_up: FollowUp) -> FollowUp:
    follow_up = FollowUp.objects.lock(follow_up)
    if follow_up.done_at:
        raise Conflict("This next step is closed already.")
    return follow_up


def _due(day: dt.date) -> dt.date:
    if day < today():
        raise DomainError("Choose a due date from today on.", field="due_on")
    if day > today() + FURTHEST:
        raise DomainError("Choose a due date within five years.", field="due_on")
    return next_working_day(day)


def _refuse_stranger(owner: User) -> None:
    if not is_colleague(owner):
        raise DomainError("Choose a colleague who works with employers here.", field="owner")


def _about(follow_up: FollowUp) -> dict[str, object]:
    return {
        "follow_up_id": follow_up.id,
        "about_type": follow_up.subject_type,
        "about_id": follow_up.subject_id,
    }
