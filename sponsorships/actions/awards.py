"""Awarding bursaries and taking awards back. Every action locks the fund first, so nothing of it can be overspent."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, OverLimit
from crm.base.money import format_pounds, split_pence
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events import AwardWithdrawn, BursaryAwarded
from sponsorships.models import Award, AwardInstalment, Bucket, EntryKind, Fund, JournalEntry, LearnerRef, shift
from sponsorships.validators import check_due_day, check_names_nobody

MOST_INSTALMENTS = 36


@action
def award_bursary(
    *,
    fund: Fund,
    learner: LearnerRef,
    purpose: str,
    pence: int,
    reason: str,
    due_on: Sequence[dt.date],
    key: str,
    by: User,
    scheme_version: str = "",
) -> Award:
    """Set `pence` of the fund aside for a learner's need, to be paid in equal parts on the dates `due_on`.

    The parts add up to the penny. `by` approves, so another person must pay. `key` is chosen before the first try:
    a repeat with the same facts returns the award that stands.

    Raises OverLimit (the fund has less available; says how much), Conflict (the fund is not open or owes a shortfall,
    or the key stands for another award), DomainError (not a bursary fund, bad amount, dates or reason).
    """
    _check_words(reason, missing="Say in a few words which need is met.")
    dates = _checked_dates(due_on, pence)
    fund = Fund.objects.locked([fund.pk])[fund.pk]
    standing = JournalEntry.objects.with_key(key).first()
    if standing:
        asked = (fund.pk, learner.pk, purpose, pence, reason, scheme_version)
        return _same_award(standing, asked, dates)
    _check_due_days(dates)  # a repeat of an award that stands may come the day after
    _check_fund(fund, pence, today())
    facts = {"purpose": purpose, "pence": pence, "reason": reason, "scheme_version": scheme_version}
    award = Award.objects.create(fund=fund, learner=learner, approved_by=by, approved_on=today(), **facts)
    _plan_instalments(award, dates)
    _post(award, EntryKind.AWARDED, (Bucket.AVAILABLE, Bucket.COMMITTED), pence, key, by)
    named = award.get_purpose_display()
    record(BursaryAwarded(award_id=award.id, fund_id=fund.id, pence=pence, purpose=named), by=by)
    return award


@action
def withdraw_award(*, award: Award, reason: str, by: User) -> Award:
    """End an award: what is not paid yet is cancelled and released to its fund. What was paid stays paid until
    recovered.

    Raises Conflict when the award is withdrawn already or nothing is left to cancel, DomainError without a reason or
    for one that names a person.
    """
    fund = Fund.objects.locked([award.fund_id])[award.fund_id]
    award = Award.objects.get(pk=award.pk)
    if award.state == Award.State.WITHDRAWN:
        raise Conflict("This award was withdrawn already.")
    unpaid = award.instalments.unpaid()
    pence = sum(unpaid.values_list("pence", flat=True))
    if not pence:
        raise Conflict("Every instalment is paid. Recover the payment instead.")
    _check_words(reason, missing="Say in a few words why the award is withdrawn.")
    unpaid.update(state=AwardInstalment.State.CANCELLED)
    award.state = Award.State.WITHDRAWN
    award.save(update_fields=["state"])
    key = f"withdraw:{award.id}"
    _post(award, EntryKind.RELEASED, (Bucket.COMMITTED, Bucket.AVAILABLE), pence, key, by, memo=reason)
    record(AwardWithdrawn(award_id=award.id, fund_id=fund.id, pence=pence), by=by)
    return award


def _check_words(reason: str, *, missing: str) -> None:
    if not reason.strip():
        raise DomainError(missing, field="reason")
    check_names_nobody(reason, field="reason")


def _checked_dates(due_on: Sequence[dt.date], pence: int) -> list[dt.date]:
    dates = sorted(due_on)
    if pence <= 0:
        raise DomainError("Enter an amount above zero.", field="pence")
    if not dates or len(dates) > MOST_INSTALMENTS:
        raise DomainError(f"Choose between 1 and {MOST_INSTALMENTS} instalments.", field="instalments")
    if pence < len(dates):
        raise DomainError("That is less than a penny an instalment.", field="pence")
    return dates


def _check_due_days(dates: list[dt.date]) -> None:
    for day in dates:
        try:
            check_due_day(day)
        except ValidationError as error:
            raise DomainError(error.message, field="due_on", code="day") from error


def _plan_instalments(award: Award, dates: list[dt.date]) -> None:
    AwardInstalment.objects.bulk_create(
        AwardInstalment(award=award, number=number, due_on=day, pence=part)
        for number, (day, part) in enumerate(zip(dates, split_pence(award.pence, [1] * len(dates)), strict=True), 1)
    )


def _check_fund(fund: Fund, pence: int, day: dt.date) -> None:
    if not fund.pays_for(Fund.Kind.BURSARY):
        raise DomainError(f"“{fund}” is not a bursary fund. Choose one that is.", field="fund")
    if fund.state != Fund.State.OPEN:
        raise Conflict(f"“{fund}” is {fund.get_state_display().lower()} and awards nothing now.", field="fund")
    if day < fund.starts_on or (fund.ends_on and day > fund.ends_on):
        raise Conflict(f"Today is outside the dates of “{fund}”.", field="fund")
    held = fund.held()
    short = held[Bucket.SHORTFALL]
    if short:
        raise OverLimit(
            f"“{fund}” owes {format_pounds(short, exact=True)} back, so £0.00 is left to award. Settle that first.",
            field="fund",
        )
    fund.refuse_overdraft(Bucket.AVAILABLE, pence, held)


def _same_award(entry: JournalEntry, asked: tuple, dates: list[dt.date]) -> Award:
    award = Award.objects.filter(pk=entry.source_id).first()
    names = ("fund_id", "learner_id", "purpose", "pence", "reason", "scheme_version")
    is_same = award is not None and tuple(getattr(award, name) for name in names) == asked
    if not is_same or list(award.instalments.values_list("due_on", flat=True)) != dates:
        raise Conflict("This form was sent already with other details. Reload the page and look at the fund.")
    return award


def _post(
    award: Award, kind: str, way: tuple[str, str], pence: int, key: str, by: User, memo: str = ""
) -> JournalEntry:
    return post_entry(
        kind=kind,
        moves=shift(award.fund, *way, pence),
        occurred_on=today(),
        memo=memo or f"Bursary: {award.get_purpose_display().lower()}",
        source=("sponsorships.award", award.id),
        key=key,
        by=by,
    )
