"""Ending an agreement before its time."""

import datetime as dt

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.waivers import write_off_instalments
from sponsorships.domain_events.agreements import AgreementTerminated
from sponsorships.models import Agreement, AgreementShare, AgreementState, Benefit, Instalment, Waiver

_ENDED = ("terminated_on", "termination_reason", "termination_evidence", "terminated_by", "terminated_at")


@action
def terminate_agreement(
    *, agreement: Agreement, terminated_on: dt.date, reason: str, evidence: str, by: User
) -> Agreement:
    """End a signed agreement after `terminated_on`, in every party at once: the outstanding part of what falls due
    later is written off, and the sponsor is owed no benefit that was due later.

    What was received stays, awards made from it stand, what fell due by that day is still owed, and the terms stay
    readable. Raises Conflict when it is not in force, DomainError without a reason or evidence, or for a day outside
    the term.
    """
    locked = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if locked is None:
        raise NotFound("There is no such agreement in this institute.")
    _check(locked, terminated_on, reason, evidence)
    locked.state, locked.terminated_on = AgreementState.TERMINATED, terminated_on
    locked.termination_reason, locked.termination_evidence = reason.strip(), evidence.strip()
    locked.terminated_by, locked.terminated_at = by, now()
    # No sum among them: it would be checked from a party's context, where it cannot be seen.
    locked.save(update_fields=[*_ENDED, "state"])
    owed = Benefit.objects.filter(component__agreement=locked, delivered_on=None, due_on__gt=terminated_on)
    owed.update(ended_on=terminated_on)
    for party in list(locked.parties.all()):
        with institute_context(party.party_id, user_id=by.id):
            end_share(agreement=locked, by=by)
    return locked


@action
def end_share(*, agreement: Agreement, by: User) -> AgreementShare:
    """End the acting institute's share of a terminated agreement. Called by terminate_agreement alone, per party."""
    share = AgreementShare.objects.select_for_update().get(agreement_id=agreement.id)
    share.terminated_on, share.termination_reason = agreement.terminated_on, agreement.termination_reason
    share.save(update_fields=["terminated_on", "termination_reason"])
    # In the order of their ids, like everybody who locks several.
    later = Instalment.objects.filter(component__share=share, due_on__gt=agreement.terminated_on).order_by("id")
    locked = list(later.select_for_update(of=("self",)).select_related("component__fund", "component__share"))
    still_open = [instalment for instalment in locked if instalment.outstanding_pence]
    for waiver in Waiver.objects.filter(instalment__in=still_open, state=Waiver.State.ASKED).order_by("id"):
        waiver.state, waiver.decision_reason = Waiver.State.REFUSED, "The agreement ended."
        waiver.decided_by, waiver.decided_at, waiver.is_by_authority = by, now(), waiver.asked_by_id == by.id
        waiver.save()
    memo = f"Ended early: {share.title}"
    written_off = write_off_instalments(instalments=still_open, memo=memo, key=f"terminate:{agreement.id}", by=by)
    event = AgreementTerminated(
        agreement_id=agreement.id,
        employer_id=share.employer_id,
        title=share.title,
        share_id=share.id,
        terminated_on=agreement.terminated_on,
        written_off_pence=written_off,
    )
    record(event, by=by)
    return share


def _check(agreement: Agreement, terminated_on: dt.date, reason: str, evidence: str) -> None:
    if agreement.state == AgreementState.DRAFT:
        raise Conflict("This agreement is not signed, so there is nothing to end. Change the draft instead.")
    if agreement.state == AgreementState.TERMINATED:
        raise Conflict(f"This agreement ended on {agreement.terminated_on:%-d %B %Y} already.")
    if not agreement.starts_on <= terminated_on < agreement.ends_on:
        raise DomainError(
            f"Enter a day from {agreement.starts_on:%-d %B %Y} on and before it ends on {agreement.ends_on:%-d %B %Y}.",
            field="terminated_on",
        )
    if not reason.strip():
        raise DomainError("Give the reason, so that people later understand it.", field="reason")
    if not evidence.strip():
        raise DomainError("Say where the letter or the minutes that end it are kept.", field="evidence")
