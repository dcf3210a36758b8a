"""What a record's timeline shows: a look for every kind of line, and lines of one day folded into one."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.base.clock import LONDON
from crm.base.money import format_pounds
from crm.outbox.models import TimelineItem


@dataclass(frozen=True)
class Look:
    """How lines of one kind are called and drawn. `icon` is a heroicon, `tone` a colour of the tokens."""

    label: str
    icon: str
    tone: str = ""


# The one list: a kind that a domain event writes and that is missing here fails the tests.
LOOKS = {
    "call": Look("Call", "phone", "accent"),
    "meeting": Look("Meeting", "users", "accent"),
    "visit": Look("Visit", "map-pin", "accent"),
    "note": Look("Note", "pencil-square"),
    "change": Look("Change", "arrow-path"),
    "stage": Look("Stage", "flag", "info"),
    "person": Look("People", "user"),
    "follow_up": Look("Next step", "clock", "warn"),
    "promise": Look("Promise", "hand-thumb-up", "warn"),
    "seat": Look("Governance", "building-library", "info"),
    "curriculum": Look("Curriculum", "book-open", "accent"),
    "skills": Look("Skills need", "wrench-screwdriver", "info"),
    "project": Look("Live project", "beaker", "accent"),
    "file": Look("File", "paper-clip"),
    "money": Look("Money", "banknotes", "ok"),
    "gift": Look("Contribution", "gift", "ok"),
    "agreement": Look("Sponsorship", "document-check", "accent"),
    "portal": Look("Sponsor portal", "globe-alt"),
    "mail": Look("E-mail", "envelope", "info"),
    "challenge": Look("STE(A)M challenge", "academic-cap", "warn"),
    "school": Look("School", "building-library"),
    "volunteer": Look("Volunteer", "hand-raised", "accent"),
    "share": Look("Sharing", "globe-alt", "info"),
}
_ALONE = frozenset({"call", "meeting", "visit", "note", "mail"})  # each of these says something of its own


@dataclass(frozen=True)
class Line:
    """One thing that happened. `named` stands for the look's label where it says more; `people` took part.

    `why` is what an automatic mail told its reader, `message_id` that mail, `url` where more of it stands. `pence` and
    `sums_as` are those of TimelineLine. `more` holds what is folded into it: all of its lines when their amounts were
    added up (`is_sum`), else those besides the one shown.
    """

    kind: str
    text: str
    who: str
    happened_at: dt.datetime
    named: str = ""
    people: tuple[str, ...] = ()
    why: str = ""
    message_id: uuid.UUID | None = None
    url: str = ""
    pence: int | None = None
    sums_as: str = ""
    id: uuid.UUID | None = None
    is_sum: bool = False
    more: tuple["Line", ...] = ()

    @property
    def look(self) -> Look:
        """That of its kind; that of a change for a kind of long ago."""
        return LOOKS.get(self.kind, LOOKS["change"])

    @property
    def mark(self) -> str:
        """Its place among the others: moment and id."""
        return f"{self.happened_at.isoformat()}~{self.id}"

    @property
    def title(self) -> str:
        return self.named or self.look.label


def lines_of(items: Iterable[TimelineItem]) -> list[Line]:
    """Stored lines as they are shown; what nobody did is automatic."""
    return [
        Line(
            item.kind,
            item.text,
            item.actor_name or "Automatic",
            item.happened_at,
            pence=item.pence,
            sums_as=item.sums_as,
            id=item.id,
        )
        for item in items
    ]


def folded(lines: Iterable[Line]) -> list[Line]:
    """Neighbours of one kind, by one person, on one day in London as one line that holds the others in `more`.

    A receipt that fills three funds, or a run of forty payments, is one thing to a reader: amounts of one sort are told
    as their sum, those of different sorts stay apart. Conversations and mail stay as they are.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and belong_together(groups[-1][-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_as_one(group) for group in groups]


def belong_together(line: Line, other: Line) -> bool:
    """Whether neighbours are folded into one."""
    return line.kind not in _ALONE and _sort_of(line) == _sort_of(other)


def _sort_of(line: Line) -> tuple[str, str, str, dt.date]:
    return line.kind, line.who, line.sums_as, line.happened_at.astimezone(LONDON).date()


def _as_one(lines: list[Line]) -> Line:
    first, *others = lines
    if not others:
        return first
    if first.sums_as and all(line.pence is not None for line in lines):
        total = sum(line.pence or 0 for line in lines)
        text = first.sums_as.replace("{}", format_pounds(total), 1)
        return replace(first, text=text, pence=total, is_sum=True, more=tuple(lines))
    return replace(first, more=tuple(others))
