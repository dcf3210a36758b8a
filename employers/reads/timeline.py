"""What happened with an employer: conversations, mail that went to its people, and the lines of the timeline.

Three sources in one order, a page at a time: a page asks each source once, however long the past is.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db.models import Q, QuerySet

from crm.mail.models import Occurrence
from crm.mail.reads import label_of
from crm.mail.states import State
from crm.outbox.models import TimelineItem
from crm.web.timeline import LOOKS, Line, belong_together, folded, lines_of
from employers.domain_events import EMPLOYER
from employers.models import Contact, Employer, Engagement
from employers.reads.redirects import known_as

FILTERS = {
    "": "Everything",
    "conversations": "Conversations",
    "money": "Money and gifts",
    "mail": "Automatic messages",
    "challenges": "Challenges",
    "changes": "Changes",
}
# The kinds of stored lines that a filter shows; "changes" shows every kind that no other filter does.
_KINDS = {"money": ("money", "gift", "agreement"), "challenges": ("challenge", "school", "volunteer")}
_ELSEWHERE = tuple(kind for kinds in _KINDS.values() for kind in kinds)
_WENT = (State.SENT, State.UNKNOWN, State.FAILED)
A_PAGE = 30
MOST = 130  # lines looked at for a page: a run of more than a hundred payments is told in several lines


@dataclass(frozen=True)
class Mark:
    """A place on the timeline: what comes after it happened before it."""

    happened_at: dt.datetime
    id: uuid.UUID

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The place that a line's `mark` names; None for anything else, which means the newest."""
        moment, _, row = text.partition("~")
        try:
            happened_at, row_id = dt.datetime.fromisoformat(moment), uuid.UUID(row)
        except ValueError:
            return None
        return cls(happened_at, row_id) if happened_at.tzinfo else None

    def before(self, moment: str) -> Q:
        """Rows that come after this place, by their column `moment` and their id."""
        return Q(**{f"{moment}__lt": self.happened_at}) | Q(**{moment: self.happened_at, "id__lt": self.id})


@dataclass(frozen=True)
class PageOfTimeline:
    """Lines, folded, newest first; `older` is the mark to go on from, "" at the end."""

    lines: list[Line]
    older: str


def page_of_timeline(employer: Employer, *, only: str = "", before: Mark | None = None) -> PageOfTimeline:
    """A page of what happened. `only` is a key of FILTERS. What is folded is never torn apart between two pages."""
    lines = timeline(employer, only=only, before=before, limit=MOST)
    end = A_PAGE
    while end < len(lines) and belong_together(lines[end - 1], lines[end]):
        end += 1
    shown = lines[:end]
    older = shown[-1].mark if len(lines) > end or len(lines) == MOST else ""
    return PageOfTimeline(folded(shown), older)


def timeline(employer: Employer, *, only: str = "", before: Mark | None = None, limit: int = A_PAGE) -> list[Line]:
    """The latest of what happened before that mark, newest first. Asks the database five times at most."""
    found = [line for source in _sources(employer, only) for line in source(before, limit)]
    found.sort(key=lambda line: (line.happened_at, line.id), reverse=True)
    return found[:limit]


def _sources(employer: Employer, only: str) -> Iterator[Callable[[Mark | None, int], list[Line]]]:
    """Who has something to say under that filter; each answers with its newest lines."""
    if only in ("", "conversations"):
        yield partial(_conversations, employer)
    if only in ("", "mail"):
        yield partial(_messages, employer)
    if only not in ("conversations", "mail"):
        yield partial(_happenings, employer, only)


def _conversations(employer: Employer, before: Mark | None, limit: int) -> list[Line]:
    said = Engagement.objects.filter(employer=employer).select_related("by").prefetch_related("contacts")
    return [_conversation(each) for each in _newest(said, "happened_at", before, limit)]


def _happenings(employer: Employer, only: str, before: Mark | None, limit: int) -> list[Line]:
    items = TimelineItem.objects.filter(subject_type=EMPLOYER, subject_id__in=known_as(employer))
    if only in _KINDS:
        items = items.filter(kind__in=_KINDS[only])
    elif only:
        items = items.exclude(kind__in=_ELSEWHERE)
    return lines_of(_newest(items, "happened_at", before, limit))


def _messages(employer: Employer, before: Mark | None, limit: int) -> list[Line]:
    """Mail that left, or tried to, for the employer's people. What goes to colleagues is theirs."""
    people = Contact.objects.filter(employer=employer).values("pk")
    theirs = Occurrence.objects.filter(recipient_type="employers.contact", recipient_id__in=people)
    went = theirs.filter(settled_at__isnull=False, state__in=_WENT)
    return [_message(each) for each in _newest(went, "settled_at", before, limit)]


def _newest(rows: QuerySet, moment: str, before: Mark | None, limit: int) -> QuerySet:
    rows = rows.filter(before.before(moment)) if before else rows
    return rows.order_by(f"-{moment}", "-id")[:limit]


def _conversation(engagement: Engagement) -> Line:
    lasted = f"{LOOKS[engagement.kind].label}, {engagement.minutes} minutes" if engagement.minutes else ""
    return Line(
        kind=engagement.kind,
        text=engagement.summary,
        who=engagement.by.name,
        happened_at=engagement.happened_at,
        named=lasted,
        people=tuple(contact.name for contact in engagement.contacts.all()),
        id=engagement.pk,
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
        id=occurrence.pk,
    )
