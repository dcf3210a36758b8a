"""What people do to mail that goes out. Each is one conditional UPDATE, so it never crosses the mailer's path."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import DateTimeField
from django.db.models.functions import Greatest, Now

from crm.base.clock import now
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.mail.domain_events import (
    MailAllowed,
    MailConfirmed,
    MailDismissed,
    MailHeld,
    MailHurried,
    MailReleased,
    MailRepeated,
    PreferenceNoted,
)
from crm.mail.models import Message, MessagePreference, Occurrence, OccurrenceQuerySet, Suppression
from crm.mail.preferences import REFUSALS, Basis, Channel, Purpose
from crm.mail.states import State
from crm.outbox.domain_events import DomainEvent
from crm.outbox.record import record
from crm.outbox.wake import wake_after_commit

TOO_LATE = "It has moved on in the meantime. Look at its state before you decide."


@action
def hold_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Keep a planned message back until it is released or no longer worth sending. Raises Conflict when it left."""
    held = _planned(occurrence_id).filter(held_at__isnull=True).update(held_by=by, held_at=Now())
    _settle(held, MailHeld(occurrence_id=occurrence_id), by)


@action
def release_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Let a held message go when it is due. Raises Conflict when nobody holds it."""
    released = _planned(occurrence_id).filter(held_at__isnull=False).update(held_by=None, held_at=None)
    _settle(released, MailReleased(occurrence_id=occurrence_id), by)


@action
def hurry_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Send a planned message now, whatever the hour. Raises Conflict when it is not planned."""
    facts = {"held_by": None, "held_at": None, "is_urgent": True, "not_before": Now()}
    _settle(_planned(occurrence_id).update(**facts), MailHurried(occurrence_id=occurrence_id), by)


@action
def repeat_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Send a failed message, or one that may have arrived, again: a new series of tries under the same Message-ID.

    Raises Conflict when it is neither, or when its body was a secret and is gone.
    """
    if Message.objects.filter(occurrence_id=occurrence_id, is_secret=True).exists():
        raise Conflict("A code is never sent again. Ask for a new one.")
    repeatable = Occurrence.objects.filter(pk=occurrence_id, state__in=[State.UNKNOWN, State.FAILED])
    repeated = repeatable.move_to(State.PLANNED, settled_at=None, dealt_with_at=None, **_new_series())
    _settle(repeated, MailRepeated(occurrence_id=occurrence_id), by)


@action
def confirm_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Say that a message which may have arrived did. Raises Conflict when it is in no doubt."""
    doubtful = Occurrence.objects.filter(pk=occurrence_id, state=State.UNKNOWN)
    confirmed = doubtful.move_to(State.SENT, reason=f"{by.name} says it arrived"[:300], settled_at=Now())
    _settle(confirmed, MailConfirmed(occurrence_id=occurrence_id), by)


@action
def dismiss_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Take a message off the list of those that need attention; its state stays. Raises Conflict when not on it."""
    waiting = Occurrence.objects.filter(pk=occurrence_id).needing_attention()
    _settle(waiting.update(dealt_with_at=Now()), MailDismissed(occurrence_id=occurrence_id), by)


@action
def allow_mail(*, occurrence_id: uuid.UUID, by: User) -> None:
    """Let mail go again to the address of this message. Raises Conflict when nothing stops it."""
    address = Occurrence.objects.filter(pk=occurrence_id).values("recipient_email")
    stopped = Suppression.objects.filter(email__in=address, lifted_at__isnull=True)
    _settle(stopped.update(lifted_at=Now(), lifted_by=by), MailAllowed(occurrence_id=occurrence_id), by)


@action
def note_preference(
    *,
    person_type: str,
    person_id: uuid.UUID,
    purpose: str,
    channel: str,
    basis: str,
    source: str,
    said_at: dt.datetime | None = None,
    by: User | None,
) -> MessagePreference:
    """Keep a person's word on one purpose and channel; earlier words stay. `said_at` is now unless said.

    Raises DomainError at the field: for an unknown value, a moment to come, or when it is not said where it was said.
    """
    chosen = {"purpose": (purpose, Purpose), "channel": (channel, Channel), "basis": (basis, Basis)}
    for field, (value, choices) in chosen.items():
        if value not in choices.values:
            raise DomainError("Choose one of these.", field=field)
    source = " ".join(source.split())[:200]
    if not source:
        raise DomainError("Say where or how they said it: on the phone, by e-mail, on a form.", field="source")
    said_at = said_at or now()
    if said_at > now():
        raise DomainError("Enter when they said it: now or before.", field="said_at")
    facts = {"person_type": person_type, "person_id": person_id, "purpose": purpose, "channel": channel, "basis": basis}
    word = MessagePreference.objects.create(
        allowed=basis not in REFUSALS, source=source, said_at=said_at, noted_by=by, **facts
    )
    record(PreferenceNoted(**facts), by=by)
    return word


def _new_series() -> dict[str, Any]:
    tomorrow = Greatest("expires_at", Now() + dt.timedelta(days=1), output_field=DateTimeField())
    tries = {"tries": 0, "first_attempt_at": None, "owner": "", "reason": ""}
    return {"is_urgent": True, "not_before": Now(), "expires_at": tomorrow, **tries}


def _planned(occurrence_id: uuid.UUID) -> OccurrenceQuerySet:
    return Occurrence.objects.filter(pk=occurrence_id, state=State.PLANNED)


def _settle(changed: int, event: DomainEvent, by: User) -> None:
    if not changed:
        known = Occurrence.objects.filter(pk=event.subject[1]).exists()
        raise Conflict(TOO_LATE) if known else NotFound("There is no such message.")
    wake_after_commit("workers.send_mail", record(event, by=by).institute_id)
