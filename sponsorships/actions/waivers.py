"""Letting a sponsor off what is outstanding on an instalment: the promise is written off in the journal.

Everybody who decides locks the instalment first, as who matches a receipt does, and says which sum they saw: money that
came in meanwhile is never written off with the rest unseen.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.base.money import format_pounds
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events.agreements import InstalmentWaived, WaiverAsked, WaiverRefused
from sponsorships.models import Bucket, EntryKind, Fund, Instalment, Waiver, shift


@action
def ask_to_waive(*, instalment: Instalment, pence: int, reason: str, by: User) -> Waiver:
    """Ask a second person to let the sponsor off the `pence` still outstanding. Nothing is written off yet.

    Raises Conflict when that is not (any more) what is outstanding, or it was asked already; DomainError without a
    reason.
    """
    locked = _lock(instalment.pk)
    _check_sum(locked, pence)
    if Waiver.objects.filter(instalment=locked, state=Waiver.State.ASKED).exists():
        raise Conflict("Somebody has asked for this already. It waits for a decision.")
    waiver = Waiver.objects.create(instalment=locked, pence=pence, reason=_reason(reason), asked_by=by)
    record(WaiverAsked(**_about(locked, pence)), by=by)
    return waiver


@action
def approve_waiver(*, waiver: Waiver, by: User) -> Waiver:
    """Write off what was asked for. Raises NotAllowed for who asked, Conflict when it was decided or money came."""
    instalment = _lock(waiver.instalment_id)
    waiver = _lock_asked(waiver)
    if waiver.asked_by_id == by.id:
        raise NotAllowed("You asked for this. Somebody else must decide.")
    _check_sum(instalment, waiver.pence)
    _decide(waiver, Waiver.State.APPROVED, by)
    return _written_off(waiver, instalment, by)


@action
def refuse_waiver(*, waiver: Waiver, reason: str, by: User) -> Waiver:
    """Leave the payment owed, and say why. Raises Conflict when it was decided already."""
    waiver = _lock_asked(waiver)
    _decide(waiver, Waiver.State.REFUSED, by, _reason(reason))
    record(WaiverRefused(**_about(waiver.instalment, waiver.pence)), by=by)
    return waiver


@action
def waive_instalment(*, instalment: Instalment, pence: int, reason: str, by: User) -> Waiver:
    """Write off what is outstanding at once: for a person who may decide alone (Permission.WRITE_OFF_PROMISES).

    What was asked for the same instalment is decided with it. Raises as ask_to_waive does.
    """
    locked = _lock(instalment.pk)
    _check_sum(locked, pence)
    said = _reason(reason)
    asked = Waiver.objects.filter(instalment=locked, state=Waiver.State.ASKED).first()
    waiver = asked or Waiver(instalment=locked, reason=said, asked_by=by)
    waiver.pence, waiver.is_by_authority = pence, waiver.asked_by_id == by.id
    _decide(waiver, Waiver.State.APPROVED, by, said if asked else "")
    return _written_off(waiver, locked, by)


@action
def write_off_instalments(*, instalments: Sequence[Instalment], memo: str, key: str, by: User) -> int:
    """Write off what is outstanding on locked instalments of the acting institute, one entry per fund, and return the
    sum. Callers hold the locks; `memo` is put together from the agreement's title; `key` names the reason and is
    completed by the fund's id."""
    sums: dict[Fund, int] = {}
    for instalment in instalments:
        fund = instalment.component.fund
        instalment.written_off_pence = instalment.outstanding_pence
        instalment.state = Instalment.State.WAIVED
        instalment.save(update_fields=["written_off_pence", "state"])
        sums[fund] = sums.get(fund, 0) + instalment.written_off_pence
    for fund in sorted(sums, key=lambda fund: fund.pk):
        post_entry(
            kind=EntryKind.PROMISE_WRITTEN_OFF,
            moves=shift(fund, Bucket.PROMISED, Bucket.EXTERNAL, sums[fund]),
            occurred_on=today(),
            memo=memo[:300],
            source=("sponsorships.agreement", instalments[0].component.share.agreement_id),
            key=f"{key}:{fund.pk}",
            by=by,
            is_typed=False,
        )
    return sum(sums.values())


def _written_off(waiver: Waiver, instalment: Instalment, by: User) -> Waiver:
    memo = f"Written off: {instalment.component.share.title}, due {instalment.due_on:%-d %B %Y}"
    write_off_instalments(instalments=[instalment], memo=memo, key=f"waive:{waiver.id}", by=by)
    record(InstalmentWaived(**_about(instalment, waiver.pence)), by=by)
    return waiver


def _decide(waiver: Waiver, state: str, by: User, reason: str = "") -> None:
    waiver.state, waiver.decided_by, waiver.decided_at, waiver.decision_reason = state, by, now(), reason
    waiver.save()


def _lock(instalment_id: uuid.UUID) -> Instalment:
    """Always before its waivers: everybody takes them in this order."""
    rows = Instalment.objects.select_for_update(of=("self",)).select_related("component__fund", "component__share")
    locked = rows.filter(pk=instalment_id).first()
    if locked is None:
        raise NotFound("There is no such instalment in this institute.")
    return locked


def _check_sum(instalment: Instalment, pence: int) -> None:
    if not instalment.outstanding_pence:
        raise Conflict(f"Nothing is outstanding on this instalment: it is {instalment.get_state_display().lower()}.")
    if instalment.outstanding_pence != pence:
        left = format_pounds(instalment.outstanding_pence, exact=True)
        raise Conflict(f"In the meantime {left} is outstanding on this instalment. Look again before you decide.")


def _lock_asked(waiver: Waiver) -> Waiver:
    rows = Waiver.objects.select_for_update(of=("self",)).select_related("instalment__component__share")
    locked = rows.filter(pk=waiver.pk).first()
    if locked is None:
        raise NotFound("There is no such request in this institute.")
    if locked.state != Waiver.State.ASKED:
        raise Conflict(f"This was decided already: {locked.get_state_display().lower()}.")
    return locked


def _reason(reason: str) -> str:
    if not reason.strip():
        raise DomainError("Give the reason, so that people later understand it.", field="reason")
    return reason.strip()


def _about(instalment: Instalment, pence: int) -> dict[str, object]:
    share = instalment.component.share
    due_on: dt.date = instalment.due_on
    facts = {"agreement_id": share.agreement_id, "employer_id": share.employer_id, "title": share.title}
    return {**facts, "instalment_id": instalment.id, "due_on": due_on, "pence": pence}
