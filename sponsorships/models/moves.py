"""Between which buckets each kind of entry may move money. The journal refuses anything that is not in the table."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.base.errors import DomainError
from sponsorships.models.funds import Fund
from sponsorships.models.journal import Bucket, EntryKind

B, K = Bucket, EntryKind

# kind: the (from, to) pairs it may use.
MOVES: dict[str, tuple[tuple[str, str], ...]] = {
    K.PROMISED: ((B.EXTERNAL, B.PROMISED),),
    K.RECEIVED: ((B.PROMISED, B.AVAILABLE),),
    K.GIFT: ((B.EXTERNAL, B.AVAILABLE),),
    K.AWARDED: ((B.AVAILABLE, B.COMMITTED),),
    K.PAID: ((B.COMMITTED, B.PAID),),
    K.PAYMENT_FAILED: ((B.PAID, B.COMMITTED),),
    K.RELEASED: ((B.COMMITTED, B.AVAILABLE),),
    K.RECOVERED: ((B.PAID, B.AVAILABLE),),
    K.TRANSFERRED: ((B.AVAILABLE, B.AVAILABLE),),  # of two funds
    K.REFUNDED: ((B.AVAILABLE, B.EXTERNAL),),
    # What the fund cannot give back at once is noted as a shortfall, and settled later.
    K.RECALLED: ((B.AVAILABLE, B.EXTERNAL), (B.EXTERNAL, B.SHORTFALL), (B.SHORTFALL, B.EXTERNAL)),
    K.SPENT: ((B.AVAILABLE, B.SPENT),),
    K.PROMISE_WRITTEN_OFF: ((B.PROMISED, B.EXTERNAL),),
}


@dataclass(frozen=True)
class Move:
    """So many pence into a bucket of a fund; negative is out of it."""

    fund: Fund
    bucket: str
    pence: int


def shift(fund: Fund, origin: str, destination: str, pence: int) -> list[Move]:
    """`pence` from one bucket of a fund to another."""
    return [Move(fund, origin, -pence), Move(fund, destination, pence)]


def merged(moves: Iterable[Move]) -> list[Move]:
    """One move per fund and bucket, nothing that moves nothing, funds in the order of their ids."""
    funds: dict = {}
    sums: dict = {}
    for move in moves:
        funds[move.fund.pk] = move.fund
        place = (move.fund.pk, str(move.bucket))
        sums[place] = sums.get(place, 0) + move.pence
    return [Move(funds[pk], bucket, pence) for (pk, bucket), pence in sorted(sums.items()) if pence]


def check_moves(kind: str, moves: list[Move], *, turned: bool = False) -> None:
    """Raise DomainError unless `kind` may make these (merged) moves; `turned` for a reversal, whose signs are turned.

    Every fund balances by itself, but for a transfer, which takes from one and gives to another.
    """
    if not moves:
        raise DomainError("Enter an amount above zero.", field="pence")
    totals: dict = {}
    for move in moves:
        totals[move.fund.pk] = totals.get(move.fund.pk, 0) + move.pence
    if sum(totals.values()) != 0:
        raise DomainError("What goes in and what goes out of this entry differ.")
    if kind == EntryKind.TRANSFERRED:
        balanced = len(totals) == 2 and 0 not in totals.values()
    else:
        balanced = not any(totals.values())
    sign = -1 if turned else 1
    taken = {move.bucket for move in moves if sign * move.pence < 0}
    given = {move.bucket for move in moves if sign * move.pence > 0}
    pairs = MOVES[kind]
    if not (balanced and taken <= {a for a, _ in pairs} and given <= {b for _, b in pairs}):
        raise DomainError(f"An entry of the kind “{EntryKind(kind).label}” cannot move money that way.")
