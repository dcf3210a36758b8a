"""Sends what is due. The one way out of this product for mail.

Claim (committed), look again whether it is wanted, render, talk to the mail server with no transaction open, commit the
hand-over just before the text leaves, settle. Killed anywhere in between, a message is planned again or marked as one
that may have arrived; it is never lost and never silently sent twice.
"""

import datetime as dt
import logging
import os
import socket
import time
import uuid
from collections.abc import Callable
from email.headerregistry import Address

from django.conf import settings
from django.db import connection

from crm.base.clock import LONDON, next_sending_moment
from crm.base.logs import log_facts
from crm.core.freeze import is_frozen
from crm.core.registry import reminders
from crm.identity.models import Institute
from crm.mail import allowances
from crm.mail.mime import Mail, sending_address
from crm.mail.models import Message, Occurrence, Suppression
from crm.mail.render import render_reminder
from crm.mail.server import Server, parse_email_url
from crm.mail.smtp import Conversation, Outcome, Phase, Verdict
from crm.mail.standing import refused
from crm.mail.states import State
from workers.mail_queue import MailQueue, database_now
from workers.mail_server_health import note_answer, note_trouble, rests
from workers.task_base import where

logger = logging.getLogger(__name__)

SLICE_SECONDS = 5  # then the next institute's turn: a sign-in code may be waiting
HEALTH_SECONDS = 1

Clock = Callable[[], dt.datetime]


class NotWanted(Exception):
    """A claimed message that need not go, and why."""


class EnoughToday(Exception):
    """A claimed reminder to an address that has had its reminders of the day."""


def window_is_open(moment: dt.datetime) -> bool:
    """Whether reminders may go at this moment."""
    return not settings.MAIL_KEEPS_HOURS or next_sending_moment(moment) == moment


class Mailer:
    """Works through the mail of one institute."""

    def __init__(self, institute_id: uuid.UUID, *, clock: Clock = database_now, server: Server | None = None) -> None:
        self.institute = Institute.objects.get(pk=institute_id)
        self.clock = clock
        self.server = server or parse_email_url(settings.EMAIL_URL, timeout=settings.EMAIL_TIMEOUT)
        owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.queue = MailQueue(institute_id, self.institute.code, owner)
        self.has_more = False
        self._ask_health_at = self._note_answer_at = 0.0

    def run(self, *, seconds: float = SLICE_SECONDS) -> int:
        """Take back lapsed claims, then send what is due for at most `seconds`. Returns how many left us.

        Afterwards `has_more` says whether it was time that ended it. A frozen copy does nothing.
        """
        if is_frozen():
            return 0
        ends = time.monotonic() + seconds
        self.queue.take_back()
        self.queue.expire(self.clock())
        sent = 0
        self.has_more = True
        while time.monotonic() < ends:
            moment = self.clock()
            resting = self._server_rests(moment)
            occurrence = None if resting else self.queue.claim(moment, window_is_open=window_is_open(moment))
            if occurrence is None:
                self.has_more = False
                break
            with log_facts(occurrence_id=occurrence.id):
                sent += self.send(occurrence, moment)
        return sent

    def send(self, occurrence: Occurrence, moment: dt.datetime) -> bool:
        """See one message, claimed at `moment`, through. True when the mail server has it."""
        try:
            message = self._prepare(occurrence, moment)
        except NotWanted as reason:
            self.queue.drop(occurrence, State.SKIPPED, str(reason))
            return False
        except EnoughToday:
            self.queue.postpone(occurrence, moment)
            return False
        except Exception as error:  # a broken template or record: this one waits, the others go on
            logger.exception("could not prepare occurrence %s", occurrence.id)
            outcome = Outcome(Verdict.RETRY, Phase.PREPARE, None, f"it could not be prepared: {where(error)}")
            self.queue.settle(occurrence, Message(), outcome, moment)
            return False
        return self._converse(occurrence, message, moment)

    def _converse(self, occurrence: Occurrence, message: Message, moment: dt.datetime) -> bool:
        if connection.in_atomic_block:
            raise RuntimeError("A transaction must not wait for a mail server")
        conversation = Conversation(self.server)
        try:
            outcome = conversation.deliver(
                self._mail(occurrence, message),
                before_data=lambda: self.queue.hand_over(occurrence, message, moment),
            )
            self.queue.settle(occurrence, message, outcome, moment)
            self._note_health(outcome, moment)
            return outcome.verdict is Verdict.SENT
        finally:
            conversation.close()

    def _server_rests(self, moment: dt.datetime) -> bool:
        """Asked once a second: other workers may have found it silent."""
        if time.monotonic() < self._ask_health_at:
            return False
        self._ask_health_at = time.monotonic() + HEALTH_SECONDS
        return rests(self.server, moment)

    def _note_health(self, outcome: Outcome, moment: dt.datetime) -> None:
        if outcome.is_server_trouble:
            note_trouble(self.server, outcome.text, moment)
            self._ask_health_at = self._note_answer_at = 0.0
        elif time.monotonic() > self._note_answer_at:
            note_answer(self.server)
            self._note_answer_at = time.monotonic() + HEALTH_SECONDS

    def _prepare(self, occurrence: Occurrence, moment: dt.datetime) -> Message:
        """The message as it leaves, kept on its row. Raises NotWanted, EnoughToday."""
        with self.queue.inside():
            message = Message.objects.filter(occurrence=occurrence).first() or Message(occurrence=occurrence)
            if message.is_secret:
                return message
            self._look_again(occurrence)
            # Mail that goes at any hour is exempt, and a message is counted once, however often it is tried.
            is_counted = occurrence.tries == 1 and not occurrence.is_urgent
            if is_counted and not allowances.take(occurrence.recipient_email, moment.astimezone(LONDON).date()):
                raise EnoughToday
            rendered = render_reminder(occurrence)
            message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html
            message.reply_to = rendered.reply_to
            message.from_email = str(Address(self.institute.short_name, addr_spec=sending_address()))
            message.save()
            return message

    def _look_again(self, occurrence: Occurrence) -> None:
        suppressed = Suppression.objects.filter(email=occurrence.recipient_email, lifted_at=None).first()
        if suppressed:
            raise NotWanted(f"no mail goes to this address: {suppressed.get_reason_display()}")
        reminder = reminders[occurrence.rule]()
        whom = {"recipient_type": occurrence.recipient_type, "recipient_id": occurrence.recipient_id}
        reason = refused(**whom, purpose=reminder.purpose) or reminder.still_wanted(occurrence)
        if reason:
            raise NotWanted(reason)

    def _mail(self, occurrence: Occurrence, message: Message) -> Mail:
        return Mail(
            message_id=occurrence.message_id,
            from_email=message.from_email,
            to_email=occurrence.recipient_email,
            to_name=occurrence.recipient_name,
            subject=message.subject,
            text=message.text,
            html=message.html,
            reply_to=message.reply_to,
        )
