"""May this person be written to, for this purpose, on this channel? One answer, with its reason and its law.

Consent for marketing by e-mail is asked of individual subscribers: the Privacy and Electronic Communications (EC
Directive) Regulations 2003, regulation 22(1)-(3); who is a corporate subscriber is said in regulation 2(1). An
objection to direct marketing is absolute (UK GDPR article 21(2) and (3)), whoever the subscriber is: after it only a
new consent counts, not an interest of ours.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from crm.base.clock import LONDON
from crm.base.context import acting_institute
from crm.core.registry import recipients
from crm.identity.models import Membership
from crm.mail.preferences import REFUSALS, Basis, Channel, MessagePreference, Purpose

COLLEAGUE = "identity.user"  # the kind of recipient that reminds the institute's own people


class Subscriber(TextChoices):
    CORPORATE = "corporate", "Corporate subscriber"
    INDIVIDUAL = "individual", "Individual subscriber"


@dataclass(frozen=True)
class Recipient:
    """What an app knows of somebody it may write to. `gone` says why nothing goes to them any more, if so."""

    person_id: uuid.UUID
    subscriber: Subscriber
    gone: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether they may be written to, and why: a sentence for the page and for the skipped message."""

    purpose: Purpose
    channel: Channel
    allowed: bool
    why: str


def standing(said: Iterable[MessagePreference], *, purpose: str, channel: str, subscriber: Subscriber) -> Standing:
    """What somebody's words on one purpose and channel come to. `said` may hold other purposes and channels too.

    The latest word counts; of two of the same moment the refusal; after a refusal only a consent.
    """
    purpose, channel = Purpose(purpose), Channel(channel)
    last = None
    theirs = [row for row in said if (row.purpose, row.channel) == (purpose, channel)]
    for row in sorted(theirs, key=lambda row: (row.said_at, not row.allowed, row.id)):
        if last is None or last.allowed or not row.allowed or row.basis == Basis.CONSENT:
            last = row
    allowed, why = _without_word(purpose, channel, subscriber) if last is None else _by(last, subscriber)
    return Standing(purpose, channel, allowed, why)


def standings(said: Sequence[MessagePreference], subscriber: Subscriber) -> list[Standing]:
    """Every purpose on every channel, in their order."""
    return [
        standing(said, purpose=purpose, channel=channel, subscriber=subscriber)
        for purpose in Purpose
        for channel in Channel
    ]


def refused(*, recipient_type: str, recipient_id: uuid.UUID | None, purpose: str) -> str | None:
    """None, or why an e-mail for that purpose must not go to that recipient. Asked just before it goes.

    A colleague whose roles here have ended gets nothing more of the institute's, however long ago it was planned.
    """
    if recipient_type == COLLEAGUE and not _works_here(recipient_id):
        return "they do not work here any more"
    kind = recipients.get(recipient_type)
    recipient = kind().look_up(recipient_id) if kind and recipient_id else None
    if recipient is None:
        # Of colleagues nothing is kept: they get what their work asks for, and nothing that advertises.
        return None if purpose == Purpose.SERVICE else "nobody has said that this may go to them"
    if recipient.gone:
        return recipient.gone
    said = MessagePreference.objects.filter(person_type=recipient_type, person_id=recipient.person_id)
    found = standing(said, purpose=purpose, channel=Channel.EMAIL, subscriber=recipient.subscriber)
    return None if found.allowed else found.why


def _works_here(user_id: uuid.UUID | None) -> bool:
    here = Membership.objects.in_force().filter(institute_id=acting_institute(), user_id=user_id)
    return here.filter(user__is_active=True).exists()


def _by(last: MessagePreference, subscriber: Subscriber) -> tuple[bool, str]:
    day = f"{last.said_at.astimezone(LONDON):%-d %b %Y}"
    if last.basis in REFUSALS:
        return False, f"{last.get_basis_display().lower()} on {day}"
    needs_consent = (last.purpose, last.channel) == (Purpose.MARKETING, Channel.EMAIL)
    if needs_consent and subscriber == Subscriber.INDIVIDUAL and last.basis == Basis.LEGITIMATE_INTERESTS:
        return False, "an individual subscriber must have said yes first (PECR regulation 22)"
    return True, f"{last.get_basis_display().lower()} ({day})"


def _without_word(purpose: Purpose, channel: Channel, subscriber: Subscriber) -> tuple[bool, str]:
    if purpose == Purpose.SERVICE:
        return True, "belongs to what they agreed to or signed up for"
    if channel == Channel.PHONE:
        return (
            False,
            "nobody has asked them, or looked them up in the Telephone Preference Service (PECR regulation 21)",
        )
    if channel == Channel.POST:
        return True, "they have not objected (UK GDPR article 21)"
    if subscriber == Subscriber.CORPORATE:
        return True, "a corporate subscriber who has not objected (PECR regulation 22 protects individuals)"
    return False, "an individual subscriber must have said yes first (PECR regulation 22)"
