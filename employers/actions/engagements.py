"""Logging what was said."""

import datetime as dt
from collections.abc import Sequence

from crm.base.clock import LONDON, now
from crm.base.errors import DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.actions.follow_ups import add_follow_up
from employers.domain_events import EngagementLogged
from employers.models import Contact, Employer, Engagement, EngagementContact
from employers.validators import NextStep, clean_text
from employers.validators.kinds import SPEAKING

CLOCK_TOLERANCE = dt.timedelta(minutes=5)


@action
def log_engagement(
    *,
    employer: Employer,
    kind: str,
    summary: str,
    happened_at: dt.datetime | None = None,
    minutes: int | None = None,
    contacts: Sequence[Contact] = (),
    next_step: NextStep | None = None,
    next_step_owner: User | None = None,
    by: User,
) -> Engagement:
    """Log a call, meeting, visit or note that took place, now unless `happened_at` (UTC) says when.

    A call, meeting or visit moves the employer's last contact forward, never back. With `next_step` a follow-up is
    added for `next_step_owner`, else for `by`. Raises DomainError for a moment still to come, an empty summary, or a
    contact of somebody else.
    """
    moment = _past(happened_at or now())
    summary = clean_text(summary, field="summary", needed="Write what was said, in a few words.")
    _known(kind, minutes)
    employer = Employer.objects.lock(employer)
    _refuse_strangers(employer, contacts)
    engagement = Engagement.objects.create(
        employer=employer, kind=kind, happened_at=moment, summary=summary, minutes=minutes, by=by
    )
    EngagementContact.objects.bulk_create(EngagementContact(engagement=engagement, contact=c) for c in contacts)
    _move_last_contact(employer, engagement)
    record(
        EngagementLogged(
            employer_id=employer.id, engagement_id=engagement.id, kind=kind, happened_at=moment, minutes=minutes
        ),
        by=by,
    )
    if next_step:
        _promise(next_step, employer, next_step_owner or by, by)
    return engagement


def _promise(step: NextStep, employer: Employer, owner: User, by: User) -> None:
    add_follow_up(title=step.title, due_on=step.due_on, owner=owner, employer=employer, by=by)


def _past(moment: dt.datetime) -> dt.datetime:
    if moment > now() + CLOCK_TOLERANCE:
        raise DomainError("Log what has happened. For something still to come, add a next step.", field="happened_at")
    if moment.year < 2000:
        raise DomainError("Enter a date since 2000.", field="happened_at")
    return moment


def _known(kind: str, minutes: int | None) -> None:
    if kind not in Engagement.Kind.values:
        raise DomainError("Choose call, meeting, visit or note.", field="kind")
    if minutes is not None and not 1 <= minutes <= 24 * 60:
        raise DomainError("Enter the minutes it took, at most a day.", field="minutes")


def _refuse_strangers(employer: Employer, contacts: Sequence[Contact]) -> None:
    if any(contact.employer_id != employer.id for contact in contacts):
        raise DomainError(f"Choose people at {employer.name}.", field="contacts")


def _move_last_contact(employer: Employer, engagement: Engagement) -> None:
    day = engagement.happened_at.astimezone(LONDON).date()
    if engagement.kind in SPEAKING and (employer.last_contact_on is None or day > employer.last_contact_on):
        employer.last_contact_on = day
        employer.save(update_fields=["last_contact_on"])
