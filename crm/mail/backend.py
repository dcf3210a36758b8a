"""Mail of the framework is stored in the transaction of whatever caused it, and leaves through the mailer."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from crm.base.clock import LONDON, now
from crm.base.context import NETWORK_ID, institute_context
from crm.mail.mime import refuse_line_breaks, wire_address
from crm.mail.models import Message, Occurrence
from crm.outbox.wake import wake_after_commit

# Set on a message to say what it is; taken off before it leaves.
KIND_HEADER = "X-Mail-Kind"


@dataclass(frozen=True)
class Kind:
    """A kind of framework mail: the rule it is kept under, why it goes, how long it is worth anything."""

    rule: str
    why: str
    minutes: int


KINDS = {
    "account/email/login_code": Kind(
        "accounts.sign_in_code", "because somebody asked for a sign-in code for this address", 10
    ),
    "account/email/unknown_account": Kind(
        "accounts.unknown_address", "because somebody asked for a sign-in code for this address", 60
    ),
    "accounts/email/invitation": Kind("accounts.invitation", "because you were invited to work here", 24 * 60),
    "accounts/email/second_factor": Kind(
        "accounts.second_factor", "because how you prove who you are when signing in has changed", 24 * 60
    ),
}
OTHER = Kind("accounts.message", "because of something done with your account", 24 * 60)


class StoringEmailBackend(BaseEmailBackend):
    """Django's door for mail. One occurrence per recipient; goes at once, at any hour; its body is a secret.

    Raises BadHeaderError when a header holds a line break, ValueError on attachments and on what is no address.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not email_messages:
            return 0
        with institute_context(NETWORK_ID):
            for message in email_messages:
                for recipient in message.recipients():
                    _store(message, recipient)
            wake_after_commit("workers.send_mail", NETWORK_ID)
        return len(email_messages)


def _store(message: EmailMessage, recipient: str) -> None:
    _refuse(message, recipient)
    name, address = parseaddr(recipient)
    kind = KINDS.get(message.extra_headers.get(KIND_HEADER, ""), OTHER)
    moment = now()
    occurrence = Occurrence.objects.create(
        rule=kind.rule,
        subject_type="mail.message",
        subject_id=uuid.uuid4(),
        recipient_email=address.lower(),
        recipient_name=name[:200],
        occurrence_key="once",
        due_on=moment.astimezone(LONDON).date(),
        due_at=moment,
        not_before=moment,
        expires_at=moment + dt.timedelta(minutes=kind.minutes),
        why=kind.why,
        is_urgent=True,
    )
    Message.objects.create(
        occurrence=occurrence,
        subject=message.subject[:300],
        text=message.body,
        html=_html_of(message),
        from_email=message.from_email or settings.DEFAULT_FROM_EMAIL,
        reply_to=message.reply_to[0] if message.reply_to else "",
        is_secret=True,
    )


def _refuse(message: EmailMessage, recipient: str) -> None:
    if message.attachments:
        raise ValueError("Mail with attachments is not sent by this product.")
    try:
        refuse_line_breaks(message.subject, message.from_email or "", recipient, *message.reply_to)
    except ValueError as error:
        raise BadHeaderError(str(error)) from None
    wire_address(parseaddr(recipient)[1])


def _html_of(message: Any) -> str:
    found = [content for content, kind in getattr(message, "alternatives", []) if kind == "text/html"]
    return found[0] if found else ""
