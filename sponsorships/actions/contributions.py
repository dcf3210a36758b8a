"""Recording gifts in kind and moving them on."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.outbox.record import record
from employers.models import Employer
from sponsorships.domain_events.contributions import ContributionMoved, ContributionRecorded
from sponsorships.models import AgreementShare, Contribution, ContributionLine

S = Contribution.State
# From which states each is reached. Terms may be agreed and goods handed over on one day, so delivery may come first.
_MAY_FOLLOW: dict[str, tuple[str, ...]] = {
    S.AGREED: (S.OFFERED,),
    S.DELIVERED: (S.OFFERED, S.AGREED),
    S.ACCEPTED: (S.DELIVERED,),
    S.DECLINED: (S.OFFERED, S.AGREED, S.DELIVERED),
    S.WITHDRAWN: (S.OFFERED, S.AGREED),
}


@dataclass(frozen=True)
class LineFacts:
    """One item or stretch of time. `quantity_hundredths` counts hundredths of the unit: 12.5 days is 1250."""

    item: str
    quantity_hundredths: int = 100
    unit: str = ContributionLine.Unit.EACH
    serial: str = ""
    return_on: dt.date | None = None


@action
def record_contribution(
    *,
    employer: Employer,
    kind: str,
    title: str,
    lines: Sequence[LineFacts],
    by: User,
    offered_on: dt.date | None = None,
    origin: str = Contribution.Origin.PRIVATE,
    description: str = "",
    share: AgreementShare | None = None,
) -> Contribution:
    """Note what an employer offers, with at least one line. It is worth nothing in totals yet.

    Raises DomainError when there is no line, a date lies in the future, a quantity is not above zero, lent equipment
    has no return date after the offer, or anything else has one; NotFound when the employer was merged meanwhile.
    """
    offered_on = offered_on or today()
    _check_offer(employer, share, lines, kind, offered_on)
    Employer.objects.lock(employer)
    contribution = Contribution.objects.create(
        employer=employer,
        share=share,
        kind=kind,
        title=title.strip(),
        description=description.strip(),
        origin=origin,
        offered_on=offered_on,
        recorded_by=by,
    )
    ContributionLine.objects.bulk_create(
        ContributionLine(contribution=contribution, number=number, **vars(line))
        for number, line in enumerate(lines, start=1)
    )
    search.index(**_words_of(contribution, lines))
    record(ContributionRecorded(kind=kind, offered_on=offered_on, **_about(contribution)), by=by)
    return contribution


@action
def agree_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Say yes to an offer. Raises Conflict when it is past that."""
    return _move(contribution, S.AGREED, today(), by)


@action
def deliver_contribution(*, contribution: Contribution, delivered_on: dt.date, by: User) -> Contribution:
    """Note that it arrived, or that the time was given. Raises DomainError for a date in the future or before the
    offer, Conflict when it is not awaited."""
    if delivered_on > today():
        raise DomainError("Enter the day it arrived, today or earlier.", field="delivered_on")
    if delivered_on < contribution.offered_on:
        raise DomainError("It cannot arrive before it was offered.", field="delivered_on")
    return _move(contribution, S.DELIVERED, delivered_on, by, delivered_on=delivered_on)


@action
def accept_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Take it for the institute: with an approved valuation it counts from now on. Raises Conflict when it was not
    delivered."""
    return _move(contribution, S.ACCEPTED, today(), by, accepted_on=today())


@action
def decline_contribution(*, contribution: Contribution, reason: str, by: User) -> Contribution:
    """Say no, with the reason. Raises DomainError without one, Conflict when it is already accepted or closed."""
    return _move(contribution, S.DECLINED, today(), by, state_reason=_reason(reason))


@action
def withdraw_contribution(*, contribution: Contribution, reason: str, by: User) -> Contribution:
    """The employer takes the offer back. Raises DomainError without a reason, Conflict once it is delivered."""
    return _move(contribution, S.WITHDRAWN, today(), by, state_reason=_reason(reason))


@action
def find_contributions_anew(*, employer_ids: Collection[uuid.UUID], by: User | None) -> int:
    """Let contributions be found by what their employers are called now. Returns how many there were."""
    rows = Contribution.objects.filter(employer__in=employer_ids).select_related("employer").prefetch_related("lines")
    entries = [search.entry(**_words_of(row, row.lines.all())) for row in rows]
    search.index_many(entries)
    return len(entries)


def _move(contribution: Contribution, state: str, on: dt.date, by: User, **facts: object) -> Contribution:
    locked = Contribution.objects.select_for_update().filter(pk=contribution.pk).first()
    if locked is None:
        raise NotFound("There is no such contribution in this institute.")
    if locked.state not in _MAY_FOLLOW[state]:
        now_is = locked.get_state_display().lower()
        raise Conflict(f"This contribution is {now_is}; it cannot become {S(state).label.lower()}.")
    locked.state = state
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", *facts])
    record(ContributionMoved(state=S(state).label.lower(), happened_on=on, **_about(locked)), by=by)
    return locked


def _check_offer(
    employer: Employer, share: AgreementShare | None, lines: Sequence[LineFacts], kind: str, offered_on: dt.date
) -> None:
    if offered_on > today():
        raise DomainError("Enter the day it was offered, today or earlier.", field="offered_on")
    if not lines:
        raise DomainError("Say what is given: at least one item.", field="item")
    if share is not None and share.employer_id != employer.id:
        raise DomainError("That agreement is with another employer.", field="share")
    for line in lines:
        _check_line(line, kind, offered_on)


def _check_line(line: LineFacts, kind: str, offered_on: dt.date) -> None:
    if line.quantity_hundredths <= 0:
        raise DomainError("Enter a quantity above zero.", field="quantity")
    lent = kind == Contribution.Kind.EQUIPMENT_LENT
    if lent and (line.return_on is None or line.return_on <= offered_on):
        raise DomainError("Lent equipment goes back: enter the day it is due back.", field="return_on")
    if not lent and line.return_on is not None:
        raise DomainError(
            "Only lent equipment goes back. Clear the return date or choose “Equipment lent”.", field="return_on"
        )


def _words_of(contribution: Contribution, lines: Iterable[LineFacts | ContributionLine]) -> dict[str, Any]:
    return {
        "kind": "sponsorships.contribution",
        "object_id": contribution.id,
        "title": contribution.title,
        "subtitle": contribution.employer.name,
        "extra_words": " ".join(line.item for line in lines),
    }


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError("Give the reason, so that people later understand it.", field="reason")
    return text.strip()


def _about(contribution: Contribution) -> dict[str, object]:
    return {
        "contribution_id": contribution.id,
        "employer_id": contribution.employer_id,
        "title": contribution.title,
    }
