"""Paying instalments of awards, and what follows when a payment fails or is taken back."""

import datetime as dt

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, NotAllowed, OverLimit
from crm.base.money import format_pounds
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events import InstalmentPaid, PaymentFailed, PaymentRecovered
from sponsorships.models import Award, AwardInstalment, Bucket, EntryKind, Fund, JournalEntry, shift

State = AwardInstalment.State


@action
def pay_instalment(*, instalment: AwardInstalment, by: User, paid_on: dt.date | None = None) -> AwardInstalment:
    """Note that an instalment was paid on `paid_on` (today by default).

    Two persons: raises NotAllowed when `by` approved the award. Raises Conflict when it is paid or cancelled already,
    DomainError for a date in the future or before the award.
    """
    award, instalment = _locked(instalment)
    paid_on = paid_on or today()
    if by.id == award.approved_by_id:
        raise NotAllowed("You approved this award, so another person must pay it.")
    if instalment.state == State.PAID:
        raise Conflict(f"This instalment was paid on {instalment.paid_on:%-d %B %Y}.")
    if instalment.state == State.CANCELLED:
        raise Conflict("This instalment is cancelled: its award was withdrawn.")
    _check_day(paid_on, award, "paid_on")
    instalment.state, instalment.paid_on, instalment.paid_by = State.PAID, paid_on, by
    instalment.attempts += 1
    instalment.save(update_fields=["state", "paid_on", "paid_by", "attempts"])
    _complete_or_reopen(award)
    _post(award, EntryKind.PAID, (Bucket.COMMITTED, Bucket.PAID), instalment, paid_on, by)
    facts = {"award_id": award.id, "fund_id": award.fund_id, "instalment_id": instalment.id}
    record(InstalmentPaid(**facts, pence=instalment.pence, paid_on=paid_on), by=by)
    return instalment


@action
def fail_payment(*, instalment: AwardInstalment, by: User, failed_on: dt.date | None = None) -> AwardInstalment:
    """The bank sent a payment back: the money is committed again and the instalment is to be paid anew.

    If the award was withdrawn meanwhile, the money goes back to the fund instead. Raises Conflict when the instalment
    is not paid, OverLimit when so much of the award was recovered that this payment cannot have come back too.
    """
    award, instalment = _locked(instalment)
    day = failed_on or today()
    if instalment.state != State.PAID:
        raise Conflict("This instalment is not paid, so its payment cannot fail.")
    if day < instalment.paid_on or day > today():
        raise DomainError("Enter a date between the payment and today.", field="failed_on")
    if _paid_pence(award) - award.recovered_pence < instalment.pence:
        raise OverLimit("That money was recovered from the learner already, so it cannot have come back as well.")
    withdrawn = award.state == Award.State.WITHDRAWN
    instalment.state = State.CANCELLED if withdrawn else State.FAILED
    instalment.paid_on = instalment.paid_by = None
    instalment.save(update_fields=["state", "paid_on", "paid_by"])
    _post(award, EntryKind.PAYMENT_FAILED, (Bucket.PAID, Bucket.COMMITTED), instalment, day, by)
    if withdrawn:
        _post(award, EntryKind.RELEASED, (Bucket.COMMITTED, Bucket.AVAILABLE), instalment, day, by)
    else:
        _complete_or_reopen(award)
    facts = {"award_id": award.id, "fund_id": award.fund_id, "instalment_id": instalment.id}
    record(PaymentFailed(**facts, pence=instalment.pence), by=by)
    return instalment


@action
def recover_payment(
    *, award: Award, pence: int, memo: str, key: str, by: User, recovered_on: dt.date | None = None
) -> Award:
    """A learner paid back `pence`; it returns to the fund it came from and is available again.

    Raises OverLimit when more is recovered than was paid (says how much can be), DomainError for a bad amount or
    date. A repeat with the same `key` changes nothing.
    """
    award = _locked_award(award)
    day = recovered_on or today()
    _check_day(day, award, "recovered_on")
    is_new = not JournalEntry.objects.with_key(key).exists()
    if is_new:
        _add_recovered(award, pence)
    post_entry(
        kind=EntryKind.RECOVERED,
        moves=shift(award.fund, Bucket.PAID, Bucket.AVAILABLE, pence),
        occurred_on=day,
        memo=memo,
        source=("sponsorships.award", award.id),
        key=key,
        by=by,
    )
    if is_new:
        record(PaymentRecovered(award_id=award.id, fund_id=award.fund_id, pence=pence), by=by)
    return award


def _locked_award(award: Award) -> Award:
    """The award as it is now. Its fund's lock guards it: every change to an award takes that first."""
    Fund.objects.locked([award.fund_id])
    return Award.objects.select_related("fund").get(pk=award.pk)


def _locked(instalment: AwardInstalment) -> tuple[Award, AwardInstalment]:
    award = _locked_award(instalment.award)
    return award, AwardInstalment.objects.get(pk=instalment.pk)


def _check_day(day: dt.date, award: Award, field: str) -> None:
    if not award.approved_on <= day <= today():
        raise DomainError("Enter a date between the award and today.", field=field)


def _paid_pence(award: Award) -> int:
    return sum(award.instalments.filter(state=State.PAID).values_list("pence", flat=True))


def _add_recovered(award: Award, pence: int) -> None:
    left = _paid_pence(award) - award.recovered_pence
    if pence <= 0:
        raise DomainError("Enter an amount above zero.", field="pence")
    if pence > left:
        raise OverLimit(f"At most {format_pounds(left, exact=True)} of this award can be recovered.", field="pence")
    award.recovered_pence += pence
    award.save(update_fields=["recovered_pence"])


def _complete_or_reopen(award: Award) -> None:
    """Active while something is to be paid, completed when all is. A withdrawn award stays so."""
    if award.state != Award.State.WITHDRAWN:
        award.state = Award.State.ACTIVE if award.instalments.unpaid().exists() else Award.State.COMPLETED
        award.save(update_fields=["state"])


def _post(award: Award, kind: str, way: tuple[str, str], instalment: AwardInstalment, day: dt.date, by: User) -> None:
    label = f"Instalment {instalment.number}: {award.get_purpose_display().lower()}"
    post_entry(
        kind=kind,
        moves=shift(award.fund, *way, instalment.pence),
        occurred_on=day,
        memo=label if kind == EntryKind.PAID else f"{label}, payment failed",
        source=("sponsorships.award", award.id),
        key=f"{kind}:{instalment.id}:{instalment.attempts}",
        by=by,
    )
