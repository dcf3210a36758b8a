"""What was promised, by us or by them, and what became of it."""

import datetime as dt
from typing import Any

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.promises import PromiseChanged, PromiseKept, PromiseLetGo, PromiseMade
from employers.models import Contact, Employer, Promise
from employers.reads.people import is_colleague
from employers.validators import clean_line

LONGEST_PAST, FURTHEST = dt.timedelta(days=2 * 366), dt.timedelta(days=5 * 366)
_LABELS = {"what": "what it is", "due_on": "the day", "owner": "who sees to it", "contact": "the person"}


@action
def make_promise(
    *,
    employer: Employer,
    side: str,
    what: str,
    due_on: dt.date,
    owner: User,
    contact: Contact | None = None,
    by: User | None,
) -> Promise:
    """Note what one side promised the other until `due_on` (which may be past: it was found late).

    Raises DomainError for an unknown side, empty words, a day out of reach, an owner who does not work with employers
    here and a contact of another employer, NotFound when the employer was merged meanwhile.
    """
    if side not in Promise.Side.values:
        raise DomainError("Say who promised: we or they.", field="side")
    facts = _checked({"what": what, "due_on": due_on, "owner": owner, "contact": contact}, employer)
    employer = Employer.objects.lock(employer)
    promise = Promise.objects.create(employer=employer, side=side, **facts)
    record(PromiseMade(due_on=due_on, owner_id=owner.id, **_whose(promise)), by=by)
    return promise


@action
def change_promise(*, promise: Promise, by: User, **facts: Any) -> Promise:
    """Change what, due_on, owner or contact of an open promise. Records nothing when nothing differs.

    Raises DomainError as make_promise does, Conflict when it is kept or let go already.
    """
    promise = _open(promise)
    if "owner" in facts and facts["owner"] == promise.owner:  # who works here no more may stay, and may not come
        del facts["owner"]
    facts = _checked(facts, promise.employer)
    changed = [name for name, value in facts.items() if getattr(promise, name) != value]
    if not changed:
        return promise
    for name in changed:
        setattr(promise, name, facts[name])
    promise.save(update_fields=changed)
    record(PromiseChanged(fields=[_LABELS[name] for name in changed], **_whose(promise)), by=by)
    return promise


@action
def keep_promise(*, promise: Promise, by: User) -> Promise:
    """Say that it was kept. Raises Conflict when it is kept or let go already."""
    promise = _settled(promise, Promise.State.KEPT, "", by)
    record(PromiseKept(due_on=promise.due_on, **_whose(promise)), by=by)
    return promise


@action
def let_promise_go(*, promise: Promise, reason: str, by: User) -> Promise:
    """Expect it no more, saying why. Raises DomainError without a reason, Conflict when it is settled already."""
    reason = clean_line(reason, field="reason", needed="Say why it is let go.")
    promise = _settled(promise, Promise.State.LET_GO, reason, by)
    record(PromiseLetGo(due_on=promise.due_on, **_whose(promise)), by=by)
    return promise


def _open(promise: Promise) -> Promise:
    promise = Promise.objects.lock(promise)
    if promise.state != Promise.State.OPEN:
        raise Conflict(f"This promise is {promise.get_state_display().lower()} already.")
    return promise


def _settled(promise: Promise, state: str, reason: str, by: User) -> Promise:
    promise = _open(promise)
    promise.state, promise.reason, promise.settled_at, promise.settled_by = state, reason, now(), by
    promise.save(update_fields=["state", "reason", "settled_at", "settled_by"])
    return promise


def _checked(facts: dict[str, Any], employer: Employer) -> dict[str, Any]:
    if "what" in facts:
        facts["what"] = clean_line(facts["what"], field="what", needed="Write what was promised.")
    if "due_on" in facts and not -LONGEST_PAST <= facts["due_on"] - today() <= FURTHEST:
        raise DomainError("Choose a day within the last two or the next five years.", field="due_on")
    if "owner" in facts and not is_colleague(facts["owner"]):
        raise DomainError("Choose a colleague who works with employers here.", field="owner")
    contact = facts.get("contact")
    if contact and contact.employer_id != employer.id:
        raise DomainError(f"Choose somebody at {employer.name}.", field="contact")
    return facts


def _whose(promise: Promise) -> dict[str, Any]:
    return {"promise_id": promise.id, "employer_id": promise.employer_id, "side": promise.side}
