"""The rows behind the mailer: claim, hand over, settle, take back. Every step is one short transaction.

A step of the mailer counts only while its claim holds: same owner, same attempt, and before the hand-over a lease that
is not over. So a worker that was paused or cut off can never start a second send; what it handed over it may confirm.
"""

import datetime as dt
import random
import uuid
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from crm.base.clock import LONDON, sending_moment_on
from crm.base.context import institute_context
from crm.mail.mime import message_id
from crm.mail.models import DeliveryAttempt, Message, Occurrence, OccurrenceQuerySet, Suppression
from crm.mail.smtp import Outcome, Phase, Verdict
from crm.mail.states import State

RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 360, 360)  # then a day has passed and it has failed
GREYLIST_MINUTES = 5  # what "450 try later" usually asks for
LATE_AFTER = dt.timedelta(hours=10)  # due at 08:00, the window closes at 18:00
TAKE_BACK_AT_ONCE = 500


def database_now() -> dt.datetime:
    """The database's clock: the only one that counts for what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class MailQueue:
    """The occurrences of one institute, as the mailer `owner` works through them."""

    def __init__(self, institute_id: uuid.UUID, institute_code: str, owner: str) -> None:
        self.institute_id = institute_id
        self.institute_code = institute_code
        self.owner = owner

    def inside(self) -> Any:
        """The institute's context: one transaction."""
        return institute_context(self.institute_id)

    def claim(self, moment: dt.datetime, *, window_is_open: bool) -> Occurrence | None:
        """The next one that is due, as ours: committed with its attempt counted before any work is done."""
        with self.inside():
            due = Occurrence.objects.waiting(moment)
            if not window_is_open:
                due = due.filter(is_urgent=True)
            found = due.order_by("-is_urgent", "not_before", "id").select_for_update(skip_locked=True).first()
            if found is None:
                return None
            found.owner, found.attempt, found.tries = self.owner, found.attempt + 1, found.tries + 1
            found.first_attempt_at = found.first_attempt_at or moment
            found.message_id = found.message_id or message_id(found.id, self.institute_code)
            Occurrence.objects.filter(pk=found.pk).move_to(
                State.CLAIMED,
                lease_until=self._lease(),
                **{
                    name: getattr(found, name)
                    for name in ("owner", "attempt", "tries", "first_attempt_at", "message_id")
                },
            )
            return found

    def hand_over(self, occurrence: Occurrence, message: Message, moment: dt.datetime) -> bool:
        """Commit that it is about to leave. False when the claim is no longer ours: then it must not."""
        with self.inside():
            is_late = occurrence.is_late or moment > occurrence.due_at + LATE_AFTER
            held = self._ours(occurrence).filter(lease_until__gt=Now())
            moved = held.move_to(State.HANDED_OVER, handed_over_at=Now(), lease_until=self._lease(), is_late=is_late)
            if moved and message.is_secret:
                _wipe(Message.objects.filter(pk=message.pk))
            return bool(moved)

    def settle(self, occurrence: Occurrence, message: Message, outcome: Outcome, moment: dt.datetime) -> None:
        """Write what became of it, if the claim still allows, and the attempt in any case."""
        if outcome.verdict is Verdict.ABANDONED:
            return
        with self.inside():
            state, facts = _consequence(occurrence, outcome, moment)
            moved = self._ours(occurrence).move_to(state, **facts)
            if moved and state is State.PLANNED and message.is_secret:
                # The server refused it for now, so the code is still good and must not be lost.
                Message.objects.filter(pk=message.pk).update(text=message.text, html=message.html, wiped_at=None)
            if outcome.verdict is Verdict.NO_SUCH_ADDRESS and not message.is_secret:
                _suppress(occurrence, outcome)
            _note_attempt(occurrence, outcome.phase, state, outcome.code, outcome.text)

    def drop(self, occurrence: Occurrence, state: State, reason: str) -> None:
        """A claimed one that does not go: skipped or missed, with the reason."""
        with self.inside():
            self._ours(occurrence).move_to(state, reason=reason[:300], settled_at=Now(), lease_until=None)

    def postpone(self, occurrence: Occurrence, moment: dt.datetime) -> None:
        """A claimed one whose recipient has had enough today: it goes on the next working day.

        One that would help nobody by then is missed, which a person sees to: it never leaves after its time.
        """
        today = moment.astimezone(LONDON).date()
        again = sending_moment_on(today + dt.timedelta(days=1))
        had_enough = f"this address had {settings.MAIL_DAILY_CAP} reminders on {today:%-d %B}"
        if again >= occurrence.expires_at:
            self.drop(occurrence, State.MISSED, f"{had_enough}, and by the next working day it would be too late")
            return
        reason = f"{had_enough}, so it waits for the next working day"
        facts = {"not_before": again, "reason": reason, "owner": "", "lease_until": None}
        with self.inside():
            self._ours(occurrence).move_to(State.PLANNED, tries=occurrence.tries - 1, **facts)

    def take_back(self) -> int:
        """Claims whose lease is over: what was not handed over is planned again, what was may have arrived."""
        with self.inside():
            over = Occurrence.objects.filter(
                state__in=[State.CLAIMED, State.HANDED_OVER], lease_until__lte=Now()
            ).select_for_update(skip_locked=True)[:TAKE_BACK_AT_ONCE]
            return sum(self._take_back(occurrence) for occurrence in over)

    def expire(self, moment: dt.datetime) -> int:
        """What is still planned when it could help nobody is missed, never sent and never forgotten."""
        with self.inside():
            planned = Occurrence.objects.filter(state=State.PLANNED, expires_at__lte=moment)
            _wipe(Message.objects.filter(occurrence__in=planned))
            held = planned.filter(held_at__isnull=False)
            missed = held.move_to(State.MISSED, reason="it was held until it was too late", settled_at=Now())
            return missed + planned.move_to(State.MISSED, reason="it could not go in time", settled_at=Now())

    def _take_back(self, occurrence: Occurrence) -> int:
        row = Occurrence.objects.filter(pk=occurrence.pk)
        stopped = "the process that sent it stopped"
        if occurrence.state == State.HANDED_OVER:
            # Owner and attempt stay: the process may only have been paused, and still know what the server said.
            _note_attempt(occurrence, Phase.BODY, State.UNKNOWN, None, stopped)
            return row.move_to(State.UNKNOWN, reason=f"{stopped} while handing it over", settled_at=Now())
        if occurrence.tries > len(RETRY_MINUTES):
            _note_attempt(occurrence, Phase.PREPARE, State.FAILED, None, stopped)
            return row.move_to(State.FAILED, reason=f"{stopped}, each of {occurrence.tries} times", settled_at=Now())
        _note_attempt(occurrence, Phase.PREPARE, State.PLANNED, None, stopped)
        return row.move_to(State.PLANNED, owner="", lease_until=None)

    def _ours(self, occurrence: Occurrence) -> OccurrenceQuerySet:
        return Occurrence.objects.filter(pk=occurrence.pk, owner=self.owner, attempt=occurrence.attempt)

    def _lease(self) -> Any:
        return Now() + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def next_try(occurrence: Occurrence, outcome: Outcome, moment: dt.datetime) -> dt.datetime | None:
    """When to try again, a fifth earlier or later so that a crowd spreads out. None when a day is over."""
    if occurrence.tries > len(RETRY_MINUTES):
        return None
    minutes = RETRY_MINUTES[occurrence.tries - 1]
    if outcome.phase is Phase.RECIPIENT:
        minutes = max(minutes, GREYLIST_MINUTES)
    return moment + dt.timedelta(minutes=minutes * random.uniform(0.8, 1.2))  # noqa: S311  no secret


def _consequence(occurrence: Occurrence, outcome: Outcome, moment: dt.datetime) -> tuple[State, dict[str, Any]]:
    said = f"{outcome.code} {outcome.text}".removeprefix("None ")[:300]
    settled = {"settled_at": Now(), "lease_until": None}
    if outcome.verdict is Verdict.SENT:
        return State.SENT, {"reason": "", **settled}
    if outcome.verdict is Verdict.UNKNOWN:
        return State.UNKNOWN, {"reason": f"no answer after it was handed over: {said}"[:300], **settled}
    if outcome.verdict is Verdict.RETRY:
        again = next_try(occurrence, outcome, moment)
        if again:
            return State.PLANNED, {"not_before": again, "reason": said, "lease_until": None, "owner": ""}
        return State.FAILED, {"reason": f"given up after a day: {said}"[:300], **settled}
    return State.FAILED, {"reason": said, **settled}


def _note_attempt(occurrence: Occurrence, phase: Phase, state: State, code: int | None, text: str) -> None:
    DeliveryAttempt.objects.create(
        occurrence=occurrence,
        number=occurrence.attempt,
        phase=phase,
        reply_code=code,
        reply_text=text[:300],
        result=state,
    )


def _suppress(occurrence: Occurrence, outcome: Outcome) -> None:
    known = Q(email=occurrence.recipient_email, lifted_at__isnull=True)
    if not Suppression.objects.filter(known).exists():
        Suppression.objects.bulk_create(
            [
                Suppression(
                    email=occurrence.recipient_email,
                    reason=Suppression.Reason.REFUSED,
                    detail=f"{outcome.code} {outcome.text}"[:300],
                )
            ],
            ignore_conflicts=True,
        )


def _wipe(messages: Any) -> None:
    messages.filter(is_secret=True, wiped_at=None).update(text="", html="", wiped_at=Now())
