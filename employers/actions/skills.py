"""Whom employers look for, and whether they found them."""

import datetime as dt
from typing import Any

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.skills import SkillsNeedChanged, SkillsNeedClosed, SkillsNeedMet, SkillsNeedNoted
from employers.models import Employer, SkillsNeed
from employers.validators import clean_line
from employers.validators.facts import check_choice, check_day

State = SkillsNeed.State
MOST_PEOPLE = 100_000
_LABELS = {
    "roles": "the roles",
    "sector": "the sector",
    "level": "the level",
    "headcount": "how many",
    "needed_by": "the day",
}


@action
def note_skills_need(
    *,
    employer: Employer,
    roles: str,
    level: int,
    headcount: int,
    needed_by: dt.date,
    sector: str = "",
    by: User | None,
) -> SkillsNeed:
    """Note that an employer needs `headcount` people in `roles`, at `level`, by a day. The sector is the employer's own
    unless said. Raises DomainError for empty roles, an unknown level, nobody, and a day out of reach, NotFound when the
    employer was merged meanwhile.
    """
    facts = {"roles": roles, "level": level, "headcount": headcount, "needed_by": needed_by, "sector": sector}
    employer = Employer.objects.lock(employer)
    need = SkillsNeed.objects.create(employer=employer, **_checked({**facts, "sector": sector or employer.sector}))
    record(SkillsNeedNoted(needed_by=need.needed_by, **_whose(need)), by=by)
    return need


@action
def change_skills_need(*, need: SkillsNeed, by: User, **facts: Any) -> SkillsNeed:
    """Change an open need. Records nothing when nothing differs.

    Raises DomainError as note_skills_need does, Conflict when it is met or closed.
    """
    need, facts = _open(need), _checked(facts)
    changed = [name for name, value in facts.items() if getattr(need, name) != value]
    if not changed:
        return need
    for name in changed:
        setattr(need, name, facts[name])
    need.save(update_fields=changed)
    record(SkillsNeedChanged(fields=[_LABELS[name] for name in changed], **_whose(need)), by=by)
    return need


@action
def meet_skills_need(*, need: SkillsNeed, by: User) -> SkillsNeed:
    """They found their people. Raises Conflict when it is met or closed already."""
    need = _settled(need, State.MET, "")
    record(SkillsNeedMet(**_whose(need)), by=by)
    return need


@action
def close_skills_need(*, need: SkillsNeed, reason: str, by: User) -> SkillsNeed:
    """They look no more. Raises DomainError without a reason, Conflict when it is met or closed already."""
    need = _settled(need, State.CLOSED, clean_line(reason, field="reason", needed="Say why they look no more."))
    record(SkillsNeedClosed(**_whose(need)), by=by)
    return need


def _open(need: SkillsNeed) -> SkillsNeed:
    need = SkillsNeed.objects.lock(need)
    if need.state != State.OPEN:
        raise Conflict(f"This need is {need.get_state_display().lower()} already.")
    return need


def _settled(need: SkillsNeed, state: str, reason: str) -> SkillsNeed:
    need = _open(need)
    need.state, need.reason, need.settled_on = state, reason, today()
    need.save(update_fields=["state", "reason", "settled_on"])
    return need


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    if "roles" in facts:
        facts["roles"] = clean_line(facts["roles"], field="roles", needed="Write which roles they need.")
    if "sector" in facts:
        facts["sector"] = clean_line(facts["sector"], field="sector", limit=80)
    if "level" in facts:
        check_choice(facts["level"], SkillsNeed.Level, field="level")
    if "headcount" in facts and not 1 <= facts["headcount"] <= MOST_PEOPLE:
        raise DomainError("Enter how many people: at least one.", field="headcount")
    if "needed_by" in facts:
        check_day(facts["needed_by"], field="needed_by")
    return facts


def _whose(need: SkillsNeed) -> dict[str, Any]:
    return {
        "employer_id": need.employer_id,
        "need_id": need.id,
        "roles": need.roles,
        "level": need.level,
        "headcount": need.headcount,
    }
