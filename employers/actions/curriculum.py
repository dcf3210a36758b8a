"""What employers change in courses: proposed, then adopted on evidence or declined."""

import datetime as dt
from typing import Any

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.curriculum import (
    CurriculumInputAdopted,
    CurriculumInputChanged,
    CurriculumInputDeclined,
    CurriculumInputProposed,
)
from employers.models import CurriculumInput, Employer, Engagement
from employers.validators import clean_line
from employers.validators.facts import check_day

State = CurriculumInput.State
_LABELS = {
    "course": "the course",
    "what_changed": "what changes",
    "evidence": "the evidence",
    "engagement": "the conversation",
    "proposed_on": "the day",
}


@action
def propose_curriculum_input(
    *,
    employer: Employer,
    course: str,
    what_changed: str,
    evidence: str = "",
    engagement: Engagement | None = None,
    proposed_on: dt.date | None = None,
    by: User | None,
) -> CurriculumInput:
    """Note what an employer asked to change in a course, today unless `proposed_on` says when.

    Raises DomainError for empty words, a day to come and a conversation with another employer, NotFound when the
    employer was merged meanwhile.
    """
    facts = {"course": course, "what_changed": what_changed, "evidence": evidence, "engagement": engagement}
    facts = _checked({**facts, "proposed_on": proposed_on or today()}, employer)
    employer = Employer.objects.lock(employer)
    asked = CurriculumInput.objects.create(employer=employer, **facts)
    record(CurriculumInputProposed(**_whose(asked)), by=by)
    return asked


@action
def change_curriculum_input(*, asked: CurriculumInput, by: User, **facts: Any) -> CurriculumInput:
    """Change a proposal that is not decided. Records nothing when nothing differs.

    Raises DomainError as propose_curriculum_input does, Conflict when it is decided.
    """
    asked = _proposed(asked)
    facts = _checked(facts, asked.employer)
    changed = [name for name, value in facts.items() if getattr(asked, name) != value]
    if not changed:
        return asked
    for name in changed:
        setattr(asked, name, facts[name])
    asked.save(update_fields=changed)
    record(CurriculumInputChanged(fields=[_LABELS[name] for name in changed], **_whose(asked)), by=by)
    return asked


@action
def adopt_curriculum_input(
    *, asked: CurriculumInput, evidence: str = "", decided_on: dt.date | None = None, by: User
) -> CurriculumInput:
    """The course was changed. Raises DomainError without evidence (said now or before), Conflict when it is decided."""
    asked = _proposed(asked)
    needed = "Say what shows it: minutes, the new module outline, and where they are."
    asked.evidence = clean_line(evidence or asked.evidence, field="evidence", limit=300, needed=needed)
    _decide(asked, State.ADOPTED, decided_on, by)
    record(CurriculumInputAdopted(**_whose(asked)), by=by)
    return asked


@action
def decline_curriculum_input(
    *, asked: CurriculumInput, reason: str, decided_on: dt.date | None = None, by: User
) -> CurriculumInput:
    """The course stays as it is. Raises DomainError without a reason, Conflict when it is decided."""
    asked = _proposed(asked)
    asked.reason = clean_line(reason, field="reason", needed="Say why it was declined: they will ask.")
    _decide(asked, State.DECLINED, decided_on, by)
    record(CurriculumInputDeclined(**_whose(asked)), by=by)
    return asked


def _proposed(asked: CurriculumInput) -> CurriculumInput:
    asked = CurriculumInput.objects.lock(asked)
    if asked.state != State.PROPOSED:
        raise Conflict(f"This was {asked.get_state_display().lower()} already.")
    return asked


def _decide(asked: CurriculumInput, state: str, decided_on: dt.date | None, by: User) -> None:
    decided_on = check_day(decided_on or today(), field="decided_on", may_come=False)
    if decided_on < asked.proposed_on:
        raise DomainError("It was proposed after that day.", field="decided_on")
    asked.state, asked.decided_on, asked.decided_by = state, decided_on, by
    asked.save(update_fields=["state", "decided_on", "decided_by", "evidence", "reason"])


def _checked(facts: dict[str, Any], employer: Employer) -> dict[str, Any]:
    if "course" in facts:
        facts["course"] = clean_line(facts["course"], field="course", limit=120, needed="Say which course.")
    if "what_changed" in facts:
        what = facts["what_changed"]
        facts["what_changed"] = clean_line(what, field="what_changed", limit=500, needed="Write what is to change.")
    if "evidence" in facts:
        facts["evidence"] = clean_line(facts["evidence"], field="evidence", limit=300)
    if "proposed_on" in facts:
        check_day(facts["proposed_on"], field="proposed_on", may_come=False)
    engagement = facts.get("engagement")
    if engagement and engagement.employer_id != employer.id:
        raise DomainError(f"Choose a conversation with {employer.name}.", field="engagement")
    return facts


def _whose(asked: CurriculumInput) -> dict[str, Any]:
    return {"employer_id": asked.employer_id, "input_id": asked.id, "course": asked.course}
