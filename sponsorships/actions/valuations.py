"""Valuing what was given, and the second pair of eyes."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events.contributions import ValuationApproved, ValuationReturned, ValuationSubmitted
from sponsorships.models import Contribution, ContributionLine, Evidence, Valuation
from sponsorships.models.rate_card import Rate, priced, rate_of

_CLOSED = (Contribution.State.DECLINED, Contribution.State.WITHDRAWN)


@dataclass(frozen=True)
class EvidenceFacts:
    """The kind of paper and where it is kept."""

    kind: str
    reference: str


@action
def submit_valuation(
    *,
    line: ContributionLine,
    basis: str,
    by: User,
    pence: int | None = None,
    rate_code: str = "",
    note: str = "",
    evidence: Sequence[EvidenceFacts] = (),
) -> Valuation:
    """Say what a line is worth on one basis, for somebody else to approve. An earlier one that still waits is
    superseded; an approved one stays until this one is approved.

    On the rate card the pence are quantity times rate, worked out here; on other bases they are given, and all but a
    donor-declared value need evidence. Raises DomainError when any of that is missing.
    """
    contribution = _lock_contribution(line)
    if contribution.state in _CLOSED:
        raise Conflict(f"This contribution is {contribution.get_state_display().lower()}; there is nothing to value.")
    rate = _rate(line, contribution, rate_code) if basis == Valuation.Basis.RATE_CARD else None
    if rate:
        pence = priced(rate, line.quantity_hundredths, line.unit)
    _check_figure(basis, pence, evidence)
    earlier = Valuation.objects.filter(line=line, basis=basis)
    earlier.filter(state=Valuation.State.SUBMITTED).update(state=Valuation.State.SUPERSEDED)
    last = earlier.order_by("-version").values_list("version", flat=True).first() or 0
    valuation = Valuation.objects.create(
        line=line,
        basis=basis,
        version=last + 1,
        pence=pence,
        rate_code=rate.code if rate else "",
        rate_pence_per_day=rate.pence_per_day if rate else None,
        note=note.strip(),
        valued_by=by,
        valued_on=today(),
    )
    Evidence.objects.bulk_create(Evidence(valuation=valuation, **vars(paper)) for paper in evidence)
    record(ValuationSubmitted(valued_by=by.id, **_about(contribution, valuation)), by=by)
    return valuation


@action
def approve_valuation(*, valuation: Valuation, by: User) -> Valuation:
    """Agree with a figure: the approved one on the same basis, if any, is superseded.

    Raises NotAllowed when `by` made the valuation (whatever their roles), Conflict when it no longer waits.
    """
    contribution, locked = _lock_waiting(valuation)
    _second_person(locked, by)
    same = Valuation.objects.filter(line=locked.line_id, basis=locked.basis)
    same.filter(state=Valuation.State.APPROVED).update(state=Valuation.State.SUPERSEDED)
    _decide(locked, Valuation.State.APPROVED, by)
    record(ValuationApproved(**_about(contribution, locked)), by=by)
    return locked


@action
def return_valuation(*, valuation: Valuation, reason: str, by: User) -> Valuation:
    """Ask for a change, saying which. Raises DomainError without a reason, NotAllowed for one's own, Conflict when it
    no longer waits."""
    if not reason.strip():
        raise DomainError("Say what should change, so that the valuer knows.", field="reason")
    contribution, locked = _lock_waiting(valuation)
    _second_person(locked, by)
    _decide(locked, Valuation.State.RETURNED, by, reason=reason.strip())
    record(ValuationReturned(reason=reason.strip(), **_about(contribution, locked)), by=by)
    return locked


def _rate(line: ContributionLine, contribution: Contribution, code: str) -> Rate:
    """The rate must be in force on the day the time was given (or, before that, offered)."""
    rate = rate_of(code)
    day = contribution.given_on
    if rate is None or not rate.holds_on(day):
        raise DomainError(f"Choose a rate that was in force on {day:%-d %B %Y}.", field="rate_code")
    if priced(rate, line.quantity_hundredths, line.unit) is None:
        raise DomainError("The rate card prices hours and days. Choose another basis for this line.", field="basis")
    return rate


def _check_figure(basis: str, pence: int | None, evidence: Sequence[EvidenceFacts]) -> None:
    if not pence or pence <= 0:
        raise DomainError("Enter what it is worth, above zero.", field="pence")
    needs_paper = basis not in (Valuation.Basis.DONOR_DECLARED, Valuation.Basis.RATE_CARD)
    if needs_paper and not any(paper.reference.strip() for paper in evidence):
        raise DomainError(
            "Say what shows this value, for example the invoice number or the price list.", field="evidence_reference"
        )


def _lock_contribution(line: ContributionLine) -> Contribution:
    """One lock for all that is decided about a contribution's worth."""
    contribution = Contribution.objects.select_for_update().filter(lines=line).first()
    if contribution is None:
        raise NotFound("There is no such contribution in this institute.")
    return contribution


def _lock_waiting(valuation: Valuation) -> tuple[Contribution, Valuation]:
    contribution = _lock_contribution(valuation.line)
    locked = Valuation.objects.select_related("line").get(pk=valuation.pk)
    if locked.state != Valuation.State.SUBMITTED:
        raise Conflict(f"This valuation is no longer waiting: it is {locked.get_state_display().lower()}.")
    return contribution, locked


def _second_person(valuation: Valuation, by: User) -> None:
    if valuation.valued_by_id == by.id:
        raise NotAllowed("You made this valuation. Somebody else must decide on it.")


def _decide(valuation: Valuation, state: str, by: User, reason: str = "") -> None:
    valuation.state = state
    valuation.decided_by = by
    valuation.decided_at = now()
    valuation.decision_reason = reason
    valuation.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _about(contribution: Contribution, valuation: Valuation) -> dict[str, object]:
    return {
        "contribution_id": contribution.id,
        "employer_id": contribution.employer_id,
        "title": contribution.title,
        "valuation_id": valuation.id,
        "basis": valuation.basis,
        "pence": valuation.pence,
    }
