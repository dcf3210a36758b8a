"""Contributions in kind for tests. Made through the actions, inside an institute's context."""

import datetime as dt

from crm.base.clock import today
from crm.identity.models import User
from employers.models import Employer
from sponsorships.actions.contributions import (
    LineFacts,
    accept_contribution,
    deliver_contribution,
    record_contribution,
)
from sponsorships.actions.valuations import EvidenceFacts, approve_valuation, submit_valuation
from sponsorships.models import Contribution, Evidence, Valuation
from tests.factories.employers import make_employer


def make_contribution(by: User, employer: Employer | None = None, **facts: object) -> Contribution:
    """One robot, given."""
    wanted = {"kind": Contribution.Kind.EQUIPMENT_GIVEN, "title": "Welding robot", "lines": [LineFacts("Robot")]}
    return record_contribution(employer=employer or make_employer(), by=by, **(wanted | facts))


def make_lent(by: User, days: int = 30, employer: Employer | None = None) -> Contribution:
    """A microscope, lent and with us, due back in so many days."""
    lines = [LineFacts("Microscope", serial="M-1", return_on=today() + dt.timedelta(days=days))]
    facts = {"kind": Contribution.Kind.EQUIPMENT_LENT, "title": "Microscope on loan", "lines": lines}
    contribution = make_contribution(by, employer, offered_on=today() - dt.timedelta(days=90), **facts)
    return deliver_contribution(contribution=contribution, delivered_on=today() - dt.timedelta(days=80), by=by)


def make_valuation(contribution: Contribution, by: User, pence: int = 18_500_00, **facts: object) -> Valuation:
    """A market comparator of its first line, waiting for approval."""
    wanted = {
        "basis": Valuation.Basis.MARKET_COMPARATOR,
        "pence": pence,
        "evidence": [EvidenceFacts(Evidence.Kind.PRICE_LIST, "Dealer's list, page 4")],
    }
    return submit_valuation(line=contribution.lines.first(), by=by, **(wanted | facts))


def make_counted(by: User, approver: User, pence: int = 18_500_00, **facts: object) -> Contribution:
    """Delivered, accepted and with an approved valuation of its one line."""
    contribution = make_contribution(by, **facts)
    approve_valuation(valuation=make_valuation(contribution, by, pence), by=approver)
    contribution = deliver_contribution(contribution=contribution, delivered_on=contribution.offered_on, by=by)
    return accept_contribution(contribution=contribution, by=by)
