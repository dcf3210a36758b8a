"""The rules in force, and the health of an employer in words."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crm.base.clock import today
from crm.core.registry import relationship_sources
from crm.core.relationships import Side
from crm.core.together import read_together
from crm.identity.roles import Permission
from employers.domain_events import day
from employers.models import Employer, EmployerHealth, HealthRules
from employers.reads.judging import Reason

TONES = {"good": "ok", "watch": "warn", "attention": "bad", "quiet": "bad", "none": ""}
May = Callable[[Permission], bool]


def rules_in_force() -> HealthRules:
    """The acting institute's newest rules; the defaults, as version 0, while it has made none."""
    return HealthRules.objects.first() or HealthRules(version=0)


@dataclass(frozen=True)
class Explained:
    """A reason as a sentence. `url` and `about` lead to its row; there is neither for who may not go there."""

    rule: str
    says: str
    points: int
    on: dt.date | None = None
    url: str = ""
    about: tuple[str, uuid.UUID] | tuple[None, None] = (None, None)

    @property
    def about_type(self) -> str | None:
        return self.about[0]

    @property
    def about_id(self) -> uuid.UUID | None:
        return self.about[1]


@dataclass(frozen=True)
class HealthShown:
    """What a page and the API say of a relationship."""

    row: EmployerHealth
    reasons: list[Explained]

    @property
    def tone(self) -> str:
        return TONES[self.row.level]


def health_of(employer: Employer, *, may: May) -> HealthShown:
    """Level, score and every reason with the way to its row, as far as `may` lets one go there."""
    return health_shown(EmployerHealth.objects.get(employer=employer), may=may)


def health_shown(row: EmployerHealth, *, may: May) -> HealthShown:
    """The same of a row at hand: one query for the rows behind all reasons."""
    reasons = [Reason.restored(stored) for stored in row.reasons]
    urls = _urls(reasons, may)
    return HealthShown(row, [_explained(each, urls.get(each.about, "")) for each in reasons])


def _explained(reason: Reason, url: str) -> Explained:
    about = reason.about if reason.about and url else (None, None)
    return Explained(reason.rule, said(reason), reason.points, reason.on, url, about)


def said(reason: Reason) -> str:
    """One sentence. It names the kind of row and its day, never a person or a text of theirs."""
    days = _days_since(reason.on) if reason.on else 0
    noun = _noun(reason)
    sentences = {
        "quiet": lambda: f"Nobody spoke with them for {days} days",
        "slows": lambda: f"The last conversation was {days} days ago",
        Side.OURS: lambda: f"{noun} that we promised was due on {day(reason.on)}",
        Side.THEIRS: lambda: f"{noun} that they promised was due on {day(reason.on)}",
        Side.RENEWAL: lambda: f"{noun} ends on {day(reason.on)}",
        "single_contact": lambda: (
            "Only one person there is known to us" if reason.about else "Nobody there is known to us"
        ),
    }
    return sentences[reason.rule]()


def _days_since(on: dt.date) -> int:
    return (today() - on).days


def _noun(reason: Reason) -> str:
    source = _source_of(reason.about[0]) if reason.about else None
    return source.noun if source else "Something"


def _source_of(about_type: str) -> type | None:
    return next((source for source in relationship_sources if source.about_type == about_type), None)


def _urls(reasons: Iterable[Reason], may: May) -> dict[tuple[str, uuid.UUID], str]:
    """Where the rows that stand in the reasons are; without those that are gone."""
    by_type: dict[str, list[uuid.UUID]] = defaultdict(list)
    for reason in reasons:
        if reason.about:
            by_type[reason.about[0]].append(reason.about[1])
    sources = {about_type: source() for about_type in by_type if (source := _source_of(about_type))}
    allowed = {about_type: source for about_type, source in sources.items() if may(source.permission)}
    found = read_together({about_type: source.rows(by_type[about_type]) for about_type, source in allowed.items()})
    return {(about_type, row.pk): allowed[about_type].url(row) for about_type, rows in found.items() for row in rows}
