"""Money that comes into a fund or leaves it without an award: gifts, costs, transfers, refunds, recalls, write-offs.

Each takes a `key` chosen before the first try; a repeat with the same facts changes nothing and records nothing twice.
"""

import datetime as dt
import uuid

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, OverLimit
from crm.base.money import format_pounds
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.domain_events import DomainEvent
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events import (
    FundsTransferred,
    GiftAccepted,
    MoneyRecalled,
    MoneyRefunded,
    PromiseWrittenOff,
    ShortfallSettled,
    SpendRecorded,
)
from sponsorships.models import Bucket, EntryKind, Fund, Instalment, JournalEntry, Move, shift

Source = tuple[str, uuid.UUID]


@action
def accept_gift(
    *,
    fund: Fund,
    pence: int,
    memo: str,
    key: str,
    by: User | None,
    source: Source | None = None,
    occurred_on: dt.date | None = None,
) -> JournalEntry:
    """Money that nobody had promised is now available in the fund."""
    moves = shift(fund, Bucket.EXTERNAL, Bucket.AVAILABLE, pence)
    return _move(GiftAccepted, EntryKind.GIFT, fund, pence, moves, (memo, source, key, occurred_on), by)


@action
def record_spend(
    *,
    fund: Fund,
    pence: int,
    memo: str,
    source: Source,
    key: str,
    by: User | None,
    purpose: str = Fund.Kind.CHALLENGE,
    occurred_on: dt.date | None = None,
    is_typed: bool = True,
) -> JournalEntry:
    """A cost of `purpose` is paid out of the fund. `is_typed`: see post_entry.

    Raises DomainError when the fund is not for that purpose, Conflict when it is not open, OverLimit when it has less
    available.
    """
    fund = Fund.objects.locked([fund.pk])[fund.pk]
    if not fund.pays_for(purpose):
        what = Fund.Kind(purpose).label
        raise DomainError(f"“{fund}” is for {fund.get_kind_display()}, not for {what}.", field="fund")
    if fund.state != Fund.State.OPEN and not JournalEntry.objects.with_key(key).exists():
        raise Conflict(f"“{fund}” is {fund.get_state_display().lower()} and pays nothing now.", field="fund")
    moves = shift(fund, Bucket.AVAILABLE, Bucket.SPENT, pence)
    what = (memo, source, key, occurred_on)
    return _move(SpendRecorded, EntryKind.SPENT, fund, pence, moves, what, by, is_typed=is_typed)


@action
def transfer_between_funds(
    *, origin: Fund, destination: Fund, pence: int, memo: str, key: str, by: User, occurred_on: dt.date | None = None
) -> JournalEntry:
    """Move available money to another fund of the institute. Both are locked in the order of their ids.

    Money keeps its purpose: raises DomainError unless both funds are of one kind or the money is general.
    """
    if origin.pk == destination.pk:
        raise DomainError("Choose two different funds.", field="destination")
    if origin.kind not in (destination.kind, Fund.Kind.GENERAL):
        raise DomainError(
            f"This money was given for {origin.get_kind_display()} and “{destination}” is for"
            f" {destination.get_kind_display()}. Choose a fund of the same kind.",
            field="destination",
        )
    moves = [Move(origin, Bucket.AVAILABLE, -pence), Move(destination, Bucket.AVAILABLE, pence)]
    what = (memo, None, key, occurred_on)
    return _move(FundsTransferred, EntryKind.TRANSFERRED, origin, pence, moves, what, by, to_fund_id=destination.id)


@action
def refund_money(
    *,
    fund: Fund,
    pence: int,
    memo: str,
    key: str,
    by: User,
    source: Source | None = None,
    occurred_on: dt.date | None = None,
) -> JournalEntry:
    """We give available money back to where it came from."""
    moves = shift(fund, Bucket.AVAILABLE, Bucket.EXTERNAL, pence)
    return _move(MoneyRefunded, EntryKind.REFUNDED, fund, pence, moves, (memo, source, key, occurred_on), by)


@action
def recall_money(
    *, fund: Fund, pence: int, memo: str, key: str, by: User, occurred_on: dt.date | None = None
) -> JournalEntry:
    """The sponsor takes money back, whether it is still there or not.

    What is available leaves at once; the rest becomes a shortfall, which blocks awards until it is settled.
    """
    fund = Fund.objects.locked([fund.pk])[fund.pk]
    now = _returned_at_once(fund, pence, key)
    moves = shift(fund, Bucket.AVAILABLE, Bucket.EXTERNAL, now)
    moves += shift(fund, Bucket.EXTERNAL, Bucket.SHORTFALL, pence - now)
    what = (memo, None, key, occurred_on)
    return _move(MoneyRecalled, EntryKind.RECALLED, fund, pence, moves, what, by, shortfall_pence=pence - now)


@action
def settle_shortfall(
    *, fund: Fund, pence: int, memo: str, key: str, by: User, occurred_on: dt.date | None = None
) -> JournalEntry:
    """Pay back, out of what is available now, money that was recalled when it was not there."""
    moves = shift(fund, Bucket.AVAILABLE, Bucket.EXTERNAL, pence) + shift(
        fund, Bucket.SHORTFALL, Bucket.EXTERNAL, pence
    )
    return _move(ShortfallSettled, EntryKind.RECALLED, fund, pence, moves, (memo, None, key, occurred_on), by)


@action
def write_off_promise(
    *,
    fund: Fund,
    pence: int,
    memo: str,
    key: str,
    by: User,
    source: Source | None = None,
    occurred_on: dt.date | None = None,
) -> JournalEntry:
    """Promised money will not come. Raises OverLimit for what agreements still expect: their instalments are waived."""
    fund = Fund.objects.locked([fund.pk])[fund.pk]
    is_new = not JournalEntry.objects.with_key(key).exists()
    expected = Instalment.objects.filter(component__fund=fund).outstanding()
    if is_new and expected and pence > fund.held()[Bucket.PROMISED] - expected:
        pounds = format_pounds(expected, exact=True)
        raise OverLimit(
            f"Agreements still expect {pounds} for this fund. Write off their instalments, on the agreement's page.",
            field="pence",
        )
    moves = shift(fund, Bucket.PROMISED, Bucket.EXTERNAL, pence)
    what = (memo, source, key, occurred_on)
    return _move(PromiseWrittenOff, EntryKind.PROMISE_WRITTEN_OFF, fund, pence, moves, what, by)


def _returned_at_once(fund: Fund, pence: int, key: str) -> int:
    """For a repeat what the first try returned, so that the repeat has the same facts; else what there is, if less."""
    standing = JournalEntry.objects.with_key(key).first()
    if standing:
        return -sum(standing.postings.filter(bucket=Bucket.AVAILABLE).values_list("pence", flat=True))
    return min(pence, fund.held()[Bucket.AVAILABLE])


def _move(
    event: type[DomainEvent],
    kind: str,
    fund: Fund,
    pence: int,
    moves: list[Move],
    what: tuple,
    by: User | None,
    *,
    is_typed: bool = True,
    **facts: object,
) -> JournalEntry:
    memo, source, key, occurred_on = what
    if pence <= 0:
        raise DomainError("Enter an amount above zero.", field="pence")
    if occurred_on and occurred_on > today():
        raise DomainError("Enter today's date or an earlier one.", field="occurred_on")
    Fund.objects.locked({move.fund.pk for move in moves})
    is_new = not JournalEntry.objects.with_key(key).exists()
    entry = post_entry(
        kind=kind,
        moves=moves,
        occurred_on=occurred_on or today(),
        memo=memo,
        source=source or ("sponsorships.fund", fund.id),
        key=key,
        by=by,
        is_typed=is_typed,
    )
    if is_new:
        record(event(fund_id=fund.id, entry_id=entry.id, pence=pence, **facts), by=by)
    return entry
