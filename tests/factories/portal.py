"""Sponsors whose contact may read the portal."""

import datetime as dt
import itertools
from typing import Any

from crm.base.clock import today
from crm.identity.models import Institute, User
from sponsorships.actions.awards import award_bursary
from sponsorships.actions.payments import pay_instalment
from sponsorships.actions.portal import open_portal
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.models import Award, Fund, Instalment, PortalGrant
from sponsorships.rollups import fold_fund_usage
from tests.factories.agreements import make_signed, make_sponsor
from tests.factories.employers import make_contact
from tests.factories.funds import make_learner

_numbers = itertools.count(1)
PAID_ON = dt.date(2026, 11, 2)


def make_sponsored(
    people: Any, institutes: list[Institute], *, name: str = "Quickline Communications", awards: int = 12
) -> PortalGrant:
    """A signed agreement, one receipt matched, awards of £100 paid at once; the contact's grant. Inside the lead."""
    manager, director = people.partnership_manager, people.director
    employer = make_sponsor(name)
    make_signed(manager, director, institutes, employer)
    contact = make_contact(employer, "Jo Marsh", email=f"jo@{name.split()[0].lower()}.example")
    _receive(people.finance_officer)
    fund = Fund.objects.get(kind="bursary", share_components__share__employer=employer)
    for number in range(awards):
        make_paid_award(fund, people, number)
    fold_fund_usage()
    return open_portal(contact=contact, by=manager)


def _receive(officer: User) -> None:
    for instalment in Instalment.objects.filter(number=1, paid_pence=0):
        payer, reference = instalment.component.share.sponsor_name, f"RX-{next(_numbers)}"
        receipt = record_receipt(
            banked_on=PAID_ON, payer=payer, reference=reference, pence=instalment.pence, by=officer
        )
        match_receipt(receipt=receipt, instalment=instalment, pence=instalment.pence, by=officer)


def make_paid_award(fund: Fund, people: Any, number: int, *, pence: int = 100_00) -> Award:
    """An award paid at once; `number` once per fund."""
    award = award_bursary(
        fund=fund,
        learner=make_learner(),
        purpose=Award.Purpose.TRAVEL,
        pence=pence,
        reason="Bus pass",
        due_on=[today()],
        key=f"{fund.pk}-{number}",
        by=people.bursary_administrator,
    )
    pay_instalment(instalment=award.instalments.get(), by=people.finance_officer)
    return award
