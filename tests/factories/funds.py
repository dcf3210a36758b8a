"""Funds with money in them for tests."""

import datetime as dt
import itertools

from crm.base.clock import today
from crm.base.ids import new_id
from crm.identity.models import Provider, User
from sponsorships.actions.awards import award_bursary
from sponsorships.actions.funds import open_fund
from sponsorships.actions.journal import post_entry
from sponsorships.actions.learners import refer_learner
from sponsorships.models import Award, Bucket, EntryKind, Fund, LearnerRef, shift

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
        source=("sponsorships.fund", fund.id),
        key=f"test-gift-{next(_numbers)}",
        by=by,
    )


def make_learner(number: str | None = None, *, provider_name: str = "York College") -> LearnerRef:
    provider, _ = Provider.objects.get_or_create(name=provider_name, defaults={"kind": Provider.Kind.FE})
    return refer_learner(
        provider=provider,
        learner_number=f"LN-{1000 + next(_numbers)}" if number is None else number,
        course="HNC Engineering",
        level="4",
        by=None,
    )


def make_award(
    fund: Fund, pence: int, *, by: User, parts: int = 1, learner: LearnerRef | None = None, key: str = ""
) -> Award:
    """A travel award, in parts due every 30 days from next week."""
    return award_bursary(
        fund=fund,
        learner=learner or make_learner(),
        purpose=Award.Purpose.TRAVEL,
        pence=pence,
        reason="Bus pass",
        due_on=[today() + dt.timedelta(days=7 + 30 * n) for n in range(parts)],
        key=key or str(new_id()),
        by=by,
    )
