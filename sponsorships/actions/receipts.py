"""Money that came in: recorded once, then matched, taken as a gift or sent back, to the penny.

What is done with a receipt takes a `key` chosen before the first try; a repeat with the same facts changes nothing,
records nothing, and returns what stands.
"""

import datetime as dt
import uuid

from crm.base.clock import LONDON, today
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.base.money import format_pounds
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry, turn_entry
from sponsorships.domain_events.receipts import (
    ReceiptMatched,
    ReceiptMatchUndone,
    ReceiptRecorded,
    ReceiptRefunded,
    ReceiptTakenAsGift,
)
from sponsorships.models import Bucket, EntryKind, Fund, Instalment, JournalEntry, Move, Receipt, ReceiptMatch
from sponsorships.reads.agreements import is_payers_own


@action
def record_receipt(*, banked_on: dt.date, payer: str, reference: str, pence: int, by: User) -> Receipt:
    """Note a line of the bank statement. It is in no fund until it is matched or taken as a gift.

    Raises Conflict when the institute recorded that bank reference before, DomainError for a future date or nothing.
    """
    if banked_on > today():
        raise DomainError("Enter the day it reached the bank, today or earlier.", field="banked_on")
    if pence <= 0:
        raise DomainError("Enter an amount above zero.", field="pence")
    reference, payer = " ".join(reference.split()), " ".join(payer.split())
    if not reference or not payer:
        raise DomainError("Enter who paid and the bank reference.", field="payer" if reference else "reference")
    earlier = Receipt.objects.filter(reference__iexact=reference).first()
    if earlier:
        raise Conflict(
            f"{earlier.reference} was recorded already: {format_pounds(earlier.pence)} on"
            f" {earlier.banked_on:%-d %B %Y}.",
            field="reference",
        )
    receipt = Receipt.objects.create(banked_on=banked_on, payer=payer, reference=reference, pence=pence, recorded_by=by)
    search.index(kind="sponsorships.receipt", object_id=receipt.id, title=payer, subtitle=reference)
    record(ReceiptRecorded(banked_on=banked_on, **_about(receipt, pence)), by=by)
    return receipt


@action
def match_receipt(
    *,
    receipt: Receipt,
    instalment: Instalment,
    pence: int,
    for_another: bool = False,
    by: User,
    key: uuid.UUID | None = None,
) -> ReceiptMatch:
    """Say that so much of a receipt is for an instalment: its fund has it available from now on.

    Raises OverLimit when the receipt has less left or the instalment less outstanding, saying how much; what is over
    stays on the receipt until it is taken as a gift or sent back. Raises Conflict when the payer is not the sponsor who
    promised it, unless `for_another` says that they paid for them: a slip would stand in that sponsor's report.
    """
    match, is_new = _begin(receipt, ReceiptMatch.Kind.INSTALMENT, pence, by, key, instalment=instalment)
    if not is_new:
        return match
    instalment = _lock_instalment(instalment.pk)
    if not for_another:
        _refuse_anothers(receipt, instalment)
    if instalment.state == Instalment.State.WAIVED:
        raise OverLimit("This instalment was written off. Take the money as a gift, or send it back.", field="pence")
    if pence > instalment.outstanding_pence:
        left = format_pounds(instalment.outstanding_pence, exact=True)
        raise OverLimit(
            f"Only {left} is outstanding on this instalment. Match that, then take the rest as a gift or send it back.",
            field="pence",
        )
    fund = match.fund = instalment.component.fund
    _settle(match)
    _pay(instalment, pence)
    _post(EntryKind.RECEIVED, Bucket.PROMISED, match, by)
    facts = {"fund_id": fund.id, **_whose(instalment), **_about(match.receipt, pence)}
    record(ReceiptMatched(**facts), by=by)
    return match


def _refuse_anothers(receipt: Receipt, instalment: Instalment) -> None:
    if not is_payers_own(receipt, instalment):
        sponsor = instalment.component.share.sponsor_name
        raise Conflict(
            f"{receipt.payer} paid, and {sponsor} promised this instalment. Say that it was paid for them, choose"
            " another instalment, or take the money as a gift.",
            field="for_another",
        )


@action
def accept_as_gift(*, receipt: Receipt, fund: Fund, pence: int, by: User, key: uuid.UUID | None = None) -> ReceiptMatch:
    """Take so much of a receipt as a gift that nobody had promised, into a fund. Raises OverLimit when the receipt has
    less left, Conflict when the fund is closed."""
    match, is_new = _begin(receipt, ReceiptMatch.Kind.GIFT, pence, by, key, fund=fund)
    if not is_new:
        return match
    _settle(match)
    _post(EntryKind.GIFT, Bucket.EXTERNAL, match, by)
    record(ReceiptTakenAsGift(fund_id=fund.id, fund_name=fund.name, **_about(match.receipt, pence)), by=by)
    return match


@action
def refund_receipt(
    *, receipt: Receipt, pence: int, reason: str, by: User, key: uuid.UUID | None = None
) -> ReceiptMatch:
    """Note that so much of a receipt went back to the payer. It never reached a fund, so the journal is silent.

    Raises OverLimit when the receipt has less left, DomainError without a reason. Money that is in a fund already
    goes back by a refund of that fund.
    """
    if not reason.strip():
        raise DomainError("Say why it was sent back.", field="reason")
    match, is_new = _begin(receipt, ReceiptMatch.Kind.REFUND, pence, by, key, reason=reason.strip())
    if not is_new:
        return match
    _settle(match)
    record(ReceiptRefunded(reason=match.reason, **_about(match.receipt, pence)), by=by)
    return match


@action
def undo_match(*, match: ReceiptMatch, reason: str, by: User) -> ReceiptMatch:
    """Undo what was said of some of a receipt, by a match with its pence turned: that much waits for a decision again,
    an instalment is owed again, and the fund no longer has it. Returns the match that undoes.

    Raises Conflict when it was undone before, undoes another, or the rest of its instalment was written off since;
    OverLimit when the fund has spent the money, saying what is left; DomainError without a reason.
    """
    if not reason.strip():
        raise DomainError("Say why it is undone.", field="reason")
    receipt = _lock_receipt(match.receipt_id)
    match = receipt.matches.select_related("fund").filter(pk=match.pk).first()
    if match is None:
        raise NotFound("There is no such match in this institute.")
    _refuse_second_undo(match)
    instalment = _lock_instalment(match.instalment_id) if match.instalment_id else None
    if instalment and instalment.written_off_pence:
        raise _not_after_write_off(match, instalment)
    undoing = ReceiptMatch(receipt=receipt, kind=match.kind, pence=-match.pence, made_by=by, reverses=match)
    undoing.instalment, undoing.fund, undoing.reason = instalment, match.fund, reason.strip()
    _settle(undoing)
    if instalment:
        _pay(instalment, undoing.pence)
    _turn(match, receipt, by)
    whose = _whose(instalment) if instalment else {"instalment_id": None, "agreement_id": None, "employer_id": None}
    facts = {
        "match_id": match.id,
        "kind": match.kind,
        "fund_id": match.fund_id,
        **whose,
        **_about(receipt, match.pence),
    }
    record(ReceiptMatchUndone(fund_name=match.fund.name if match.fund else "", **facts), by=by)
    return undoing


def _begin(
    receipt: Receipt, kind: str, pence: int, by: User, key: uuid.UUID | None, **target: object
) -> tuple[ReceiptMatch, bool]:
    """The match that is to be made, with its receipt locked, and True; for a repeat the one that stands, and False."""
    locked = _lock_receipt(receipt.pk)
    if pence <= 0:
        raise DomainError("Enter an amount above zero.", field="pence")
    # Made of the receipt too, so that a key can never mean a row of somebody else's.
    match = ReceiptMatch(receipt=locked, kind=kind, pence=pence, made_by=by, **target)
    match.id = uuid.uuid5(locked.id, str(key)) if key else match.id
    standing = locked.matches.filter(pk=match.pk).first()
    if standing:
        return _same(standing, match), False
    if pence > locked.unmatched_pence:
        left = format_pounds(locked.unmatched_pence, exact=True)
        raise OverLimit(f"Only {left} of this receipt is left.", field="pence")
    return match, True


def _lock_receipt(pk: uuid.UUID) -> Receipt:
    locked = Receipt.objects.select_for_update().filter(pk=pk).first()
    if locked is None:
        raise NotFound("There is no such receipt in this institute.")
    return locked


def _lock_instalment(pk: uuid.UUID) -> Instalment:
    """Always after its receipt and before its fund."""
    due = Instalment.objects.select_for_update(of=("self",)).select_related("component__fund", "component__share")
    locked = due.filter(pk=pk).first()
    if locked is None:
        raise NotFound("There is no such instalment in this institute.")
    return locked


def _not_after_write_off(match: ReceiptMatch, instalment: Instalment) -> Conflict:
    """What is owed was settled with the write-off, so only the money moves now, out of the fund."""
    written_off = format_pounds(instalment.written_off_pence, exact=True)
    return Conflict(
        f"{written_off} of this instalment was written off since, so it is not owed again. Refund"
        f" {format_pounds(match.pence, exact=True)} from the fund “{match.fund.name}”; where less is left there, use"
        " “Return what the sponsor recalls”. What was meant for another instalment is recorded as a new receipt then."
    )


def _refuse_second_undo(match: ReceiptMatch) -> None:
    if match.reverses_id:
        raise Conflict("This itself undoes a match. Match the receipt anew instead.")
    done = match.reversals.select_related("made_by").first()
    if done:
        raise Conflict(f"{done.made_by.name} undid this on {done.made_at.astimezone(LONDON):%-d %B %Y}.")


def _turn(match: ReceiptMatch, receipt: Receipt, by: User) -> None:
    """Turn the entry of a match. What was reversed in the journal alone, as once was possible, is in step by now."""
    entry = JournalEntry.objects.with_key(match.journal_key).first()
    if entry and not JournalEntry.objects.filter(reverses=entry).exists():
        turn_entry(entry=entry, memo=f"Undone: {receipt}"[:300], by=by, occurred_on=today(), is_typed=False)


def _pay(instalment: Instalment, pence: int) -> None:
    """More is paid on a locked instalment; negative: less."""
    instalment.paid_pence += pence
    paid = instalment.paid_pence == instalment.pence
    part_paid = Instalment.State.PART_PAID if instalment.paid_pence else Instalment.State.SCHEDULED
    instalment.state = Instalment.State.PAID if paid else part_paid
    instalment.save(update_fields=["paid_pence", "state"])


def _same(standing: ReceiptMatch, asked: ReceiptMatch) -> ReceiptMatch:
    wanted = {name: getattr(asked, name) for name in ("kind", "pence", "instalment_id", "reason")}
    fund_differs = asked.fund_id is not None and asked.fund_id != standing.fund_id
    if fund_differs or any(getattr(standing, name) != value for name, value in wanted.items()):
        raise Conflict("This form was sent already with other details. Reload the page and look at the receipt.")
    return standing


def _settle(match: ReceiptMatch) -> None:
    receipt = match.receipt
    match.save(force_insert=True)
    receipt.settled_pence += match.pence
    receipt.state = _state(receipt)
    receipt.save(update_fields=["settled_pence", "state"])


def _state(receipt: Receipt) -> str:
    if receipt.unmatched_pence:
        return Receipt.State.PART_MATCHED if receipt.settled_pence else Receipt.State.UNMATCHED
    only_refunds = not receipt.matches.standing().exclude(kind=ReceiptMatch.Kind.REFUND).exists()
    return Receipt.State.REFUNDED if only_refunds else Receipt.State.MATCHED


def _post(kind: str, source_bucket: str, match: ReceiptMatch, by: User) -> None:
    post_entry(
        kind=kind,
        moves=[Move(match.fund, source_bucket, -match.pence), Move(match.fund, Bucket.AVAILABLE, match.pence)],
        occurred_on=match.receipt.banked_on,
        memo=f"{match.receipt.payer}, {match.receipt.reference}"[:300],
        source=("sponsorships.receipt", match.receipt_id),
        key=match.journal_key,
        by=by,
        is_typed=False,
    )


def _whose(instalment: Instalment) -> dict[str, uuid.UUID]:
    share = instalment.component.share
    return {"instalment_id": instalment.id, "agreement_id": share.agreement_id, "employer_id": share.employer_id}


def _about(receipt: Receipt, pence: int) -> dict[str, object]:
    return {"receipt_id": receipt.id, "reference": receipt.reference, "payer": receipt.payer, "pence": pence}
