"""Agreements for tests, drafted and signed through the actions inside the lead institute's context."""

import datetime as dt
import itertools
from collections.abc import Sequence

from crm.identity.models import Institute, User
from employers.models import ContactRole, Employer
from sponsorships.actions.agreements import BenefitTerms, ComponentTerms, PartyTerms, Terms, draft_agreement
from sponsorships.actions.signing import sign_agreement
from sponsorships.models import Agreement, ComponentKind, Purpose
from sponsorships.models.split import yearly
from tests.factories.employers import make_contact, make_employer, make_organisation

_numbers = itertools.count(1)
STARTS, ENDS, SIGNED = dt.date(2024, 9, 1), dt.date(2027, 8, 31), dt.date(2024, 7, 15)
NAMING = BenefitTerms("The challenge carries the sponsor's name", dt.date(2025, 7, 1), 60_000_00)


def gift(purpose: str, pence: int) -> ComponentTerms:
    return ComponentTerms(ComponentKind.GIFT, purpose, pence)


def fee(purpose: str, pence: int) -> ComponentTerms:
    return ComponentTerms(ComponentKind.SPONSORSHIP_FEE, purpose, pence, "Supply: naming", (NAMING,))


def make_sponsor(name: str = "Quickline Communications") -> Employer:
    """An employer that the register knows."""
    return make_employer(name, organisation=make_organisation(f"{name} Limited"))


def make_terms(institutes: Sequence[Institute], weights: Sequence[int] = (), **facts: object) -> Terms:
    """£530,000 for three purposes in three yearly payments, split over the institutes."""
    weights = weights or [1] * len(institutes)
    components = (
        gift(Purpose.BURSARY, 300_000_00),
        fee(Purpose.CHALLENGE, 150_000_00),
        gift(Purpose.EQUIPMENT, 80_000_00),
    )
    wanted = {
        "title": "Quickline sponsorship",
        "reference": f"QL-{next(_numbers)}",
        "starts_on": STARTS,
        "ends_on": ENDS,
        "components": components,
        "parties": tuple(PartyTerms(i, w) for i, w in zip(institutes, weights, strict=True)),
        "due_dates": tuple(yearly(STARTS, 3)),
    } | facts
    wanted.setdefault("total_pence", sum(component.pence for component in wanted["components"]))
    return Terms(**wanted)


def make_draft(
    by: User, institutes: Sequence[Institute], employer: Employer | None = None, **facts: object
) -> Agreement:
    return draft_agreement(employer=employer or make_sponsor(), terms=make_terms(institutes, **facts), by=by)


def make_signatory(employer: Employer, since: dt.date = dt.date(2020, 1, 1)):
    contact = make_contact(employer, "Sean Royce")
    ContactRole.objects.create(contact=contact, role=ContactRole.Role.SIGNATORY, starts_on=since)
    return contact


def make_signed(
    by: User, signer: User, institutes: Sequence[Institute], employer: Employer | None = None, **facts: object
) -> Agreement:
    """Drafted by one person and signed by another."""
    agreement = make_draft(by, institutes, employer, **facts)
    contact = make_signatory(agreement.employer)
    return sign_agreement(agreement=agreement, signed_on=SIGNED, signed_for_sponsor=contact, by=signer)
