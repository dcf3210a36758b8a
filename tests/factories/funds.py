"""Funds with money in them for tests."""

import datetime as dt
import itertools

from crm.base.ids import new_id
from crm.identity.models import User
from sponsorships.actions.funds import open_fund
from sponsorships.actions.journal import post_entry
from sponsorships.models import Bucket, EntryKind, Fund, shift

_numbers = itertools.count(1)


def make_fund(pence: int = 0, *, kind: str = Fund.Kind.BURSARY, name: str = "", by: User | None = None) -> Fund:
    """An open fund in the acting institute that holds `pence`, received as a gift on 1 September 2026."""
    fund = open_fund(name=name or f"Fund {next(_numbers)}", kind=kind, starts_on=dt.date(2026, 9, 1), by=by)
    if pence:
        fill(fund, pence, by=by)
    return fund


def fill(fund: Fund, pence: int, *, by: User | None = None) -> None:
    post_entry(
        kind=EntryKind.GIFT,
        moves=shift(fund, Bucket.EXTERNAL, Bucket.AVAILABLE, pence),
        occurred_on=dt.date(2026, 9, 1),
        memo="Gift",
        source=("tests.gift", new_id()),
        key=f"test-gift-{next(_numbers)}",
        by=by,
    )
