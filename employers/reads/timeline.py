"""What happened with an employer: conversations, mail that went to its people, and the lines of the timeline."""

from django.db.models import QuerySet

from crm.mail.models import Occurrence
from crm.mail.reads import label_of
from crm.mail.states import State
from crm.outbox.models import TimelineItem
from crm.web.timeline import LOOKS, Line, lines_of
from employers.domain_events import EMPLOYER
from employers.models import Contact, Employer, Engagement
from employers.reads.redirects import known_as

FILTERS = {"": "Everything", "conversations": "Conversations", "other": "Everything else"}
_WENT = (State.SENT, State.UNKNOWN, State.FAILED)


def timeline(employer: Employer, *, only: str = "", limit: int = 30) -> list[Line]:
    """The latest of what happened, newest first. `only` is a key of FILTERS. Asks the database five times at most."""
    found: list[Line] = []
    if only != "other":
        found += [_conversation(engagement) for engagement in _engagements(employer)[:limit]]
    if only != "conversations":
        items = TimelineItem.objects.filter(subject_type=EMPLOYER, subject_id__in=known_as(employer))
        found += lines_of(items.order_by("-happened_at", "-id")[:limit])
        found += [_message(occurrence) for occurrence in _mail_to(employer)[:limit]]
    found.sort(key=lambda line: line.happened_at, reverse=True)
    return found[:limit]


def _engagements(employer: Employer) -> QuerySet[Engagement]:
    said = Engagement.objects.filter(employer=employer)
    return said.select_related("by").prefetch_related("contacts").order_by("-happened_at", "-id")


def _mail_to(employer: Employer) -> QuerySet[Occurrence]:
    """Mail that left, or tried to, for the employer's people. What goes to colleagues is theirs."""
    people = Contact.objects.filter(employer=employer).values("pk")
    theirs = Occurrence.objects.filter(recipient_type="employers.contact", recipient_id__in=people)
    return theirs.filter(settled_at__isnull=False, state__in=_WENT).order_by("-settled_at", "-id")


def _conversation(engagement: Engagement) -> Line:
    lasted = f"{LOOKS[engagement.kind].label}, {engagement.minutes} minutes" if engagement.minutes else ""
    return Line(
        kind=engagement.kind,
        text=engagement.summary,
        who=engagement.by.name,
        happened_at=engagement.happened_at,
        named=lasted,
        people=tuple(contact.name for contact in engagement.contacts.all()),
    )


def _message(occurrence: Occurrence) -> Line:
    about = f": {occurrence.about}" if occurrence.about else ""
    fate = {State.UNKNOWN: ". It may have arrived.", State.FAILED: ". It did not arrive."}.get(occurrence.state, "")
    return Line(
        kind="mail",
        text=f"{label_of(occurrence.rule)}{about}, to {occurrence.recipient_name}{fate}",
        who="Automatic",
        happened_at=occurrence.settled_at,
        why=occurrence.why,
        message_id=occurrence.pk,
    )
