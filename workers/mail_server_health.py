"""Leaves a mail server that does not answer in peace for a while: five failures in a row, and no mail tries.

Every twenty seconds one worker says hello to it, so that its trouble is known before there is mail, and its end soon.
"""

import datetime as dt

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from crm.mail.models import MailServer
from crm.mail.server import Server, parse_email_url
from crm.mail.smtp import Conversation
from workers.mail_queue import database_now

FAILURES_BEFORE_REST = 5
REST_SECONDS = 60
LONGEST_REST_SECONDS = 15 * 60
GREETING_SECONDS = 5
ANSWER_NOTED_EVERY = dt.timedelta(minutes=1)


def rests(server: Server, moment: dt.datetime) -> bool:
    """Whether nothing is tried just now."""
    return MailServer.objects.filter(address=server.address, rest_until__gt=moment).exists()


def note_trouble(server: Server, error: str, moment: dt.datetime) -> None:
    """It could not be talked to. From the fifth time in a row on it rests, longer each time."""
    MailServer.objects.get_or_create(address=server.address)
    row = MailServer.objects.filter(address=server.address)
    row.update(failures=F("failures") + 1, last_error=error[:300])
    failures = row.values_list("failures", flat=True).get()
    if failures >= FAILURES_BEFORE_REST:
        seconds = min(REST_SECONDS * 2 ** min(failures - FAILURES_BEFORE_REST, 10), LONGEST_REST_SECONDS)
        row.update(rest_until=moment + dt.timedelta(seconds=seconds))


def note_answer(server: Server) -> None:
    """It works. Written at most once a minute, so that busy senders do not queue for one row."""
    stale = Q(failures__gt=0) | Q(answered_at=None) | Q(answered_at__lt=Now() - ANSWER_NOTED_EVERY)
    MailServer.objects.get_or_create(address=server.address)
    MailServer.objects.filter(stale, address=server.address).update(failures=0, rest_until=None, answered_at=Now())


def greet(server: Server) -> bool:
    """Say hello and note what came of it. One that greets is tried with the next message, and only with that one."""
    conversation = Conversation(server)
    trouble = conversation.greet()
    conversation.close()
    if trouble:
        note_trouble(server, trouble.text, database_now())
        return False
    MailServer.objects.get_or_create(address=server.address)
    MailServer.objects.filter(address=server.address).update(
        failures=Least("failures", FAILURES_BEFORE_REST - 1), rest_until=None, answered_at=Now()
    )
    return True


def greet_ours() -> bool:
    """The server of EMAIL_URL."""
    return greet(parse_email_url(settings.EMAIL_URL, timeout=min(settings.EMAIL_TIMEOUT, GREETING_SECONDS)))
