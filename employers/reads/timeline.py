"""What happened with an employer: conversations, mail that went to its people, and the lines of the timeline.

Three sources in one order, a page at a time: a page asks each source once, however long the past is.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from crm.core.together import read_together
from crm.identity.roles import Permission
from crm.mail.models import Occurrence
from crm.mail.reads import label_of
from crm.mail.states import State
from crm.outbox.models import TimelineItem
from crm.web.timeline import LOOKS, Line, belong_together, folded, lines_of
from employers.domain_events import EMPLOYER
from employers.models import Contact, Employer, Engagement
from employers.reads.health import May
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
# What stored lines of some kinds tell only to whom the pages about it tell it.
_NEEDS = {
    **dict.fromkeys(("money", "agreement", "portal"), Permission.SEE_SPONSORSHIPS),
    "gift": Permission.SEE_CONTRIBUTIONS,
}
_MOMENTS = {"conversations": "happened_at", "messages": "settled_at", "happenings": "happened_at"}
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


def filters_for(may: May) -> dict[str, str]:
    """Those of FILTERS under which somebody with these rights may find something."""
    sees = {"money": any(map(may, _NEEDS.values())), "mail": may(Permission.SEE_MAIL)}
    return {only: label for only, label in FILTERS.items() if sees.get(only, True)}


def page_of_timeline(
    employer: Employer, *, may: May, only: str = "", before: Mark | None = None, names: list[uuid.UUID] | None = None
) -> PageOfTimeline:
    """A page of what happened, as far as `may` lets one see it. `only` is a key of FILTERS. What is folded is never
    torn apart between two pages.

    `names` are the ids of `known_as`, where they are at hand.
    """
    lines = timeline(employer, may=may, only=only, before=before, names=names, limit=MOST)
    end = A_PAGE
    while end < len(lines) and belong_together(lines[end - 1], lines[end]):
        end += 1
    shown = lines[:end]
    older = shown[-1].mark if len(lines) > end or len(lines) == MOST else ""
    return PageOfTimeline(folded(shown), older)


def timeline(
    employer: Employer,
    *,
    may: May,
    only: str = "",
    before: Mark | None = None,
    names: list[uuid.UUID] | None = None,
    limit: int = A_PAGE,
) -> list[Line]:
    """The latest of what happened before that mark, newest first, in one query when `names` are given. Of money, of
    gifts and of mail only who `may` see such."""
    sources = _sources(employer, known_as(employer) if names is None else names, only)
    if "happenings" in sources:
        hidden = [kind for kind, permission in _NEEDS.items() if not may(permission)]
        sources["happenings"] = sources["happenings"].exclude(kind__in=hidden)
    if not may(Permission.SEE_MAIL):
        sources.pop("messages", None)
    asked = {name: _newest(rows, _MOMENTS[name], before, limit) for name, rows in sources.items()}
    found = read_together(asked)
    lines = [_conversation(each) for each in found.get("conversations", ())]
    lines += [_message(each) for each in found.get("messages", ())]
    lines += lines_of(found.get("happenings", ()))
    lines.sort(key=lambda line: (line.happened_at, line.id), reverse=True)
    return lines[:limit]


def _sources(employer: Employer, names: list[uuid.UUID], only: str) -> dict[str, QuerySet]:
    """What has something to say under that filter."""
    sources: dict[str, QuerySet] = {}
    if only in ("", "conversations"):
        sources["conversations"] = _conversations(employer)
    if only in ("", "mail"):
        sources["messages"] = _messages(employer)
    if only not in ("conversations", "mail"):
        sources["happenings"] = _happenings(names, only)
    return sources


def _conversations(employer: Employer) -> QuerySet[Engagement]:
    took_part = Contact.objects.filter(engagements=OuterRef("pk")).values("name")
    said = Engagement.objects.filter(employer=employer).select_related("by")
    return said.annotate(names=ArraySubquery(took_part))


def _happenings(names: list[uuid.UUID], only: str) -> QuerySet[TimelineItem]:
    items = TimelineItem.objects.filter(subject_type=EMPLOYER, subject_id__in=names)
    if only in _KINDS:
        return items.filter(kind__in=_KINDS[only])
    return items.exclude(kind__in=_ELSEWHERE) if only else items


def _messages(employer: Employer) -> QuerySet[Occurrence]:
    """Mail that left, or tried to, for the employer's people. What goes to colleagues is theirs."""
    people = Contact.objects.filter(employer=employer).values("pk")
    theirs = Occurrence.objects.filter(recipient_type="employers.contact", recipient_id__in=people)
    return theirs.filter(settled_at__isnull=False, state__in=_WENT)


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
        people=tuple(engagement.names),
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
