"""The rules of relationship health: from facts to points, a level and the reasons. Pure, so that each can be tested."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.core.relationships import DatedFact, Side
from employers.domain_events import CONTACT, ENGAGEMENT
from employers.models import EmployerHealth, HealthRules
from employers.querysets import IN_PLAY

FULL = 100
NEVER = dt.date(9999, 12, 31)
MOST_REASONS = 20  # of one rule; an employer with more overdue promises has bigger troubles than a list
Level = EmployerHealth.Level


@dataclass(frozen=True)
class Facts:
    """What is known of one employer. `people` are who is still there; two are enough to know."""

    stage: str
    last_contact_on: dt.date | None = None
    last_conversation: uuid.UUID | None = None
    people: Sequence[uuid.UUID] = ()
    dated: Sequence[DatedFact] = ()


@dataclass(frozen=True)
class Reason:
    """Why points are taken away. `on` is the day it speaks of, `about` the (type, id) of the row behind it."""

    rule: str
    points: int
    on: dt.date | None = None
    about: tuple[str, uuid.UUID] | None = None

    def stored(self) -> dict[str, Any]:
        """As it stands in EmployerHealth.reasons."""
        about = [self.about[0], str(self.about[1])] if self.about else None
        return {
            "rule": self.rule,
            "points": self.points,
            "on": self.on.isoformat() if self.on else None,
            "about": about,
        }

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> "Reason":
        """What `stored` gave."""
        about = (stored["about"][0], uuid.UUID(stored["about"][1])) if stored["about"] else None
        on = dt.date.fromisoformat(stored["on"]) if stored["on"] else None
        return cls(stored["rule"], stored["points"], on, about)


@dataclass
class Verdict:
    """What came of it, and the first day on which the passing of days alone would change it."""

    level: str = Level.NONE
    score: int = FULL
    reasons: list[Reason] = field(default_factory=list)
    recheck_on: dt.date = NEVER


def judge(facts: Facts, rules: HealthRules, *, today: dt.date) -> Verdict:
    """Points, level and reasons of one employer on that day.

    An employer that is dormant or ended, or with whom nobody spoke and nothing is overdue, is not judged.
    """
    if facts.stage not in IN_PLAY:
        return Verdict()
    reasons = [*_contact(facts, rules, today), *_promises(facts, rules, today), *_renewals(facts, rules, today)]
    reasons += _people(facts, rules)
    verdict = Verdict(reasons=reasons, recheck_on=_next_day(facts, rules, today))
    verdict.score = max(0, FULL - sum(reason.points for reason in reasons))
    verdict.level = _level(facts, verdict, rules)
    return verdict


def _level(facts: Facts, verdict: Verdict, rules: HealthRules) -> str:
    if any(reason.rule == "quiet" for reason in verdict.reasons):
        return Level.QUIET
    if verdict.score < rules.attention_below:
        return Level.ATTENTION
    if verdict.score < rules.watch_below:
        return Level.WATCH
    return Level.NONE if facts.last_contact_on is None and not verdict.reasons else Level.GOOD


def _contact(facts: Facts, rules: HealthRules, today: dt.date) -> Iterator[Reason]:
    """Days since a call, meeting or visit. A note, automatic mail and marketing are not contact."""
    spoken = facts.last_contact_on
    if spoken is None:
        return
    about = (ENGAGEMENT, facts.last_conversation) if facts.last_conversation else None
    if today - spoken >= dt.timedelta(days=rules.quiet_after_days):
        yield Reason("quiet", rules.quiet_points, spoken, about)
    elif rules.slows_points and today - spoken >= dt.timedelta(days=rules.slows_after_days):
        yield Reason("slows", rules.slows_points, spoken, about)


def _promises(facts: Facts, rules: HealthRules, today: dt.date) -> Iterator[Reason]:
    """Each overdue promise takes points, up to `most_promises` a side; those beyond are shown with none."""
    for side, points in ((Side.OURS, rules.our_promise_points), (Side.THEIRS, rules.their_promise_points)):
        overdue = sorted((f for f in facts.dated if f.side == side and f.on < today), key=_by_day) if points else []
        for place, fact in enumerate(overdue[:MOST_REASONS]):
            yield Reason(side.value, points if place < rules.most_promises else 0, fact.on, fact.about)


def _renewals(facts: Facts, rules: HealthRules, today: dt.date) -> Iterator[Reason]:
    """What ends within the lead time. The points are taken once, however much ends."""
    soon = today + dt.timedelta(days=rules.renewal_lead_days)
    ending = sorted((f for f in facts.dated if f.side == Side.RENEWAL and today <= f.on <= soon), key=_by_day)
    for place, fact in enumerate(ending[:MOST_REASONS] if rules.renewal_points else []):
        yield Reason(Side.RENEWAL.value, 0 if place else rules.renewal_points, fact.on, fact.about)


def _people(facts: Facts, rules: HealthRules) -> Iterator[Reason]:
    """We spoke with them, and at most one person there is known to us."""
    if rules.single_contact_points and facts.last_contact_on and len(facts.people) < 2:
        about = (CONTACT, facts.people[0]) if facts.people else None
        yield Reason("single_contact", rules.single_contact_points, None, about)


def _by_day(fact: DatedFact) -> tuple[dt.date, str]:
    return fact.on, str(fact.about[1])


def _next_day(facts: Facts, rules: HealthRules, today: dt.date) -> dt.date:
    return min((day for day in _days_that_matter(facts, rules) if day > today), default=NEVER)


def _days_that_matter(facts: Facts, rules: HealthRules) -> Iterator[dt.date]:
    if facts.last_contact_on:
        yield facts.last_contact_on + dt.timedelta(days=rules.slows_after_days)
        yield facts.last_contact_on + dt.timedelta(days=rules.quiet_after_days)
    for fact in facts.dated:
        yield fact.on + dt.timedelta(days=1)
        if fact.side == Side.RENEWAL:
            yield fact.on - dt.timedelta(days=rules.renewal_lead_days)
