"""Conversations from old lists."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from crm.base.clock import london_instant, now, today
from crm.base.errors import Conflict, DomainError
from crm.base.names import plain
from crm.core.registry import import_kinds
from crm.identity.models import User
from crm.identity.roles import Permission
from crm.imports.kinds import SOURCE_KEY, Field, ImportKind, Keys
from crm.imports.models import ImportRow
from crm.imports.words import one_line, read_moment
from employers.actions.engagements import log_engagement
from employers.actions.removing import remove_engagement
from employers.imports import cells
from employers.imports.headers import ENGAGEMENT as CALLED
from employers.imports.one_by_one import each
from employers.imports.places_of_work import place
from employers.models import Employer, Engagement
from employers.reads.people import colleagues
from employers.validators import clean_text, parse_next_step

NOON = dt.time(12)  # of a conversation whose time nobody noted
_KINDS = {label.casefold(): value for value, label in Engagement.Kind.choices} | {
    **{"phone": "call", "phone call": "call", "telephone": "call", "site visit": "visit", "e-mail": "note"},
    **{"email": "note", "online meeting": "meeting", "teams": "meeting"},
}


def moment(text: str) -> str:
    """When it was, in UTC; noon where only a day is given. Raises DomainError, also for a day to come."""
    day, time = read_moment(text)
    instant = london_instant(day, time or NOON)
    if instant > now() and day != today() or day.year < 2000:
        raise DomainError(f"“{text[:40]}” is not a day since 2000 that has come.")
    return min(instant, now()).astimezone(dt.UTC).isoformat()


def kind_of_talk(text: str) -> str:
    """Call, meeting, visit or note. Raises DomainError."""
    value = _KINDS.get(one_line(text).casefold())
    if value is None:
        raise DomainError(f"“{text[:40]}” is none of call, meeting, visit and note.")
    return value


def minutes(text: str) -> int:
    """How long it took. Raises DomainError."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 24 * 60:
        raise DomainError(f"“{text[:40]}” is not a number of minutes, at most a day.")
    return int(text)


def next_step(text: str) -> str:
    """What is to be done, in words. Raises DomainError for a day that no calendar has, and for one that is past."""
    line = one_line(text)
    step = parse_next_step(line, today=today())
    if step and step.due_on < today():
        raise DomainError(f"{step.due_on:%-d %B %Y} is past. Empty this cell, or write a day from today on.")
    return line


@import_kinds.register
class Engagements(ImportKind):
    """One row is one conversation that took place. One that stands here already is left as it is."""

    name, label, one = "engagements", "Conversations", "conversation"
    permission = Permission.LOG_ENGAGEMENTS
    order, at_once = 30, 200
    fields = (
        Field("employer", "Employer", one_line, CALLED["employer"], is_needed=True, hint="As it is called here"),
        Field("day", "When", moment, CALLED["day"], is_needed=True),
        Field("kind", "Kind", kind_of_talk, CALLED["kind"], is_needed=True),
        Field("summary", "What was said", lambda text: clean_text(text, field="summary"),
              CALLED["summary"], is_needed=True, is_text=True),
        Field("minutes", "Minutes", minutes, CALLED["minutes"]),
        Field("next_step", "Next step", next_step, CALLED["next_step"],
              hint="In words, such as “call again by 3 December”"),
        Field("by", "Colleague", one_line, CALLED["by"], hint="E-mail or name; else you"),
        Field("company_number", "Employer's company number", cells.company_number, CALLED["company_number"]),
        Field(SOURCE_KEY, "Number in the source", one_line, CALLED["source_key"]),
    )  # fmt: skip
    for_new = frozenset(field.name for field in fields)

    @cached_property
    def _people(self) -> dict[str, User]:
        people = list(colleagues())
        return {user.name.casefold(): user for user in people} | {user.email.casefold(): user for user in people}

    def complete(self, facts: dict[str, Any]) -> None:
        if facts.get("by") and facts["by"].casefold() not in self._people:
            raise DomainError(f"“{facts['by'][:40]}” is no colleague who logs conversations here.", field="by")

    def keys(self, facts: dict[str, Any]) -> Keys:
        told = [plain(facts.get("employer", "")), *(str(facts.get(name, "")) for name in ("day", "kind", "summary"))]
        return Keys(weak=hashlib.sha256("|".join(told).encode()).hexdigest())

    def find(self, rows: Sequence[ImportRow]) -> None:
        place(rows)
        rows = [row for row in rows if not row.verdict]
        ids = [row.facts["employer_id"] for row in rows]
        days = [row.facts["day"] for row in rows]
        there = Engagement.objects.filter(employer_id__in=ids, happened_at__in=days)
        known = {
            (str(employer), happened_at.astimezone(dt.UTC).isoformat(), kind, summary): pk
            for pk, employer, happened_at, kind, summary in there.values_list(
                "id", "employer_id", "happened_at", "kind", "summary"
            )
        }
        for row in rows:
            facts = row.facts
            row.target_id = known.get((facts["employer_id"], facts["day"], facts["kind"], facts["summary"]))

    def current(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
        return {pk: {} for pk in Engagement.objects.filter(id__in=ids).values_list("id", flat=True)}

    def create(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        employers = Employer.objects.in_bulk([row.facts["employer_id"] for row in rows])

        def log(row: ImportRow) -> None:
            facts, employer = row.facts, employers.get(uuid.UUID(row.facts["employer_id"]))
            if employer is None:
                raise Conflict("The employer no longer exists. Check the file again.")
            who = self._people.get(facts.get("by", "").casefold(), by)
            row.target_id = log_engagement(
                employer=employer,
                kind=facts["kind"],
                summary=facts["summary"],
                happened_at=dt.datetime.fromisoformat(facts["day"]),
                minutes=facts.get("minutes"),
                next_step=parse_next_step(facts.get("next_step", ""), today=today()),
                by=who,
            ).id

        return each(rows, log)

    def update(self, rows: Sequence[ImportRow], by: User, *, is_undo: bool = False) -> dict[uuid.UUID, str]:
        return {}

    def remove(self, rows: Sequence[ImportRow], by: User) -> dict[uuid.UUID, str]:
        talks = Engagement.objects.in_bulk([row.target_id for row in rows])

        def take_back(row: ImportRow) -> None:
            step = parse_next_step(row.facts.get("next_step", ""), today=today())
            remove_engagement(engagement=talks[row.target_id], next_step=step.title if step else "", by=by)

        return each([row for row in rows if row.target_id in talks], take_back)

    def effects(self) -> list[str]:
        new = self.job.rows.filter(verdict="new")
        spoken = new.exclude(facts__kind="note")
        quiet = set(Employer.objects.going_quiet().values_list("id", flat=True))
        latest = spoken.values_list("facts__employer_id", "facts__day")
        woken = {employer for employer, day in latest if uuid.UUID(employer) in quiet}
        steps = new.filter(facts__has_key="next_step").count()
        before = Engagement.objects.count()
        return [
            f"Conversations here: {before:,}, afterwards {before + new.count():,}.",
            f"Up to {len(woken):,} employers that are going quiet may no longer be: their last contact moves forward.",
            f"{steps:,} next steps are added; a reminder starts for each that is not done when it is due."
            if steps
            else "No reminder starts.",
        ]
