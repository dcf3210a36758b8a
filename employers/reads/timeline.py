"""What happened with an employer: conversations and, from other facts, the lines of the timeline."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from crm.outbox.models import TimelineItem
from employers.domain_events import EMPLOYER
from employers.models import Employer, Engagement

LOOKS = {
    "call": ("Call", "phone", "accent"),
    "meeting": ("Meeting", "users", "accent"),
    "visit": ("Visit", "map-pin", "accent"),
    "note": ("Note", "pencil-square", ""),
    "change": ("Change", "arrow-path", ""),
    "stage": ("Stage", "flag", "info"),
    "person": ("People", "user", ""),
    "follow_up": ("Next step", "clock", "warn"),
    "money": ("Money", "banknotes", "ok"),
    "gift": ("Contribution", "gift", "ok"),
    "agreement": ("Sponsorship", "document-check", "accent"),
    "portal": ("Sponsor portal", "globe-alt", ""),
    "mail": ("E-mail", "envelope", "info"),
    "challenge": ("STE(A)M challenge", "academic-cap", "warn"),
}
FILTERS = {"": "Everything", "conversations": "Conversations", "other": "Everything else"}


@dataclass(frozen=True)
class Happening:
    """One line. `people` are the names of those who took part."""

    title: str
    icon: str
    tone: str
    who: str
    text: str
    happened_at: dt.datetime
    people: tuple[str, ...] = ()


def timeline(employer: Employer, *, only: str = "", limit: int = 30) -> list[Happening]:
    """The latest happenings, newest first. `only` is a key of FILTERS. Asks the database three times at most."""
    found: list[Happening] = []
    if only != "other":
        found += [_conversation(engagement) for engagement in _engagements(employer)[:limit]]
    if only != "conversations":
        items = TimelineItem.objects.filter(subject_type=EMPLOYER, subject_id=employer.pk)
        found += [_item(item) for item in items.order_by("-happened_at", "-id")[:limit]]
    found.sort(key=lambda happening: happening.happened_at, reverse=True)
    return found[:limit]


def _engagements(employer: Employer) -> QuerySet[Engagement]:
    said = Engagement.objects.filter(employer=employer)
    return said.select_related("by").prefetch_related("contacts").order_by("-happened_at", "-id")


def _conversation(engagement: Engagement) -> Happening:
    title, icon, tone = LOOKS[engagement.kind]
    lasted = f", {engagement.minutes} minutes" if engagement.minutes else ""
    return Happening(
        title=f"{title}{lasted}",
        icon=icon,
        tone=tone,
        who=engagement.by.name,
        text=engagement.summary,
        happened_at=engagement.happened_at,
        people=tuple(contact.name for contact in engagement.contacts.all()),
    )


def _item(item: TimelineItem) -> Happening:
    title, icon, tone = LOOKS.get(item.kind, LOOKS["change"])
    who = item.actor_name or "Automatic"
    return Happening(title=title, icon=icon, tone=tone, who=who, text=item.text, happened_at=item.happened_at)
