"""The joint sponsorship: drafted, signed, and paid up to now but for one late instalment in Lincolnshire.

Another employer's money lies at the bank, and nobody has said yet what it is for.
"""

import datetime as dt

from crm.base.clock import next_working_day
from crm.identity.models import Institute, Provider
from crm.identity.roles import Role
from employers.actions.contacts import add_contact, give_contact_role
from employers.actions.employers import add_employer
from employers.actions.organisations import link_organisation
from employers.models import Employer
from sponsorships.actions.agreements import BenefitTerms, ComponentTerms, PartyTerms, Terms, draft_agreement
from sponsorships.actions.portal import open_portal
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.actions.signing import sign_agreement
from sponsorships.models import Agreement, Instalment, PortalGrant, Receipt
from workers.demo.people import SPONSOR
from workers.demo.stage import NOTE, REFERENCE, SOURCE, employer, on, real_today, scene

SPONSOR_NAME = "Quickline Communications"
ILLUSTRATIVE_NUMBER = "99000001"
CONTACTS = [
    (SPONSOR[0], SPONSOR[1], "Head of social value", ("main", "sponsor_lead")),
    ("Alex Byrne", "alex.byrne@quickline.example", "Chief financial officer", ("signatory",)),
    ("Quickline accounts", "accounts@quickline.example", "Accounts payable", ("finance",)),
    ("Ade Okoro", "ade.okoro@quickline.example", "Network engineer", ("volunteer",)),
]
UNMATCHED = ("Skipton Building Society", "SBS-SKILLS-DEMO", 2_500_00)
LATE = ("liot", 5)  # this institute still waits for this payment


def due_dates() -> tuple[dt.date, ...]:
    """Each October and April of the three years."""
    return tuple(on(year, month, 1) for year in range(3) for month in (10, 4))


def load_sponsorship() -> None:
    """Sponsor, contacts, agreement and receipts."""
    for code in ("yhiot", "liot"):
        _meet_the_sponsor(code)
    _agree()
    for code in ("yhiot", "liot"):
        _receive(code)
        _let_the_sponsor_in(code)
    _bank_without_a_word()


def _meet_the_sponsor(code: str) -> None:
    with scene(code, Role.PARTNERSHIP_MANAGER, on(0, 8, 20)) as manager:
        sponsor = Employer.objects.filter(name=SPONSOR_NAME).first() or add_employer(name=SPONSOR_NAME, by=manager)
        if sponsor.organisation_id is None:
            link_organisation(
                employer=sponsor,
                company_number=ILLUSTRATIVE_NUMBER,
                legal_name="Quickline Communications Limited",
                source="Illustrative number for the demo",
                by=manager,
            )
        if sponsor.contacts.exists():
            return
        for name, email, job_title, roles in CONTACTS:
            contact = add_contact(employer=sponsor, name=name, email=email, job_title=job_title, by=manager)
            for role in roles:
                give_contact_role(contact=contact, role=role, starts_on=on(0, 8, 20), by=manager)


def _agree() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, on(0, 9, 2)) as manager:
        if Agreement.objects.filter(reference=REFERENCE).exists():
            return
        agreement = draft_agreement(employer=employer(SPONSOR_NAME), terms=_terms(), by=manager)
    with scene("yhiot", Role.DIRECTOR, on(0, 9, 16)) as director:
        signatory = agreement.employer.contacts.get(name="Alex Byrne")
        sign_agreement(agreement=agreement, signed_on=on(0, 9, 16), signed_for_sponsor=signatory, by=director)


def _terms() -> Terms:
    naming = BenefitTerms("The challenge carries the sponsor's name and logo", on(2, 7, 31), 6_600_000)
    return Terms(
        title="Bursaries and Year 9 challenge",
        reference=REFERENCE,
        starts_on=on(0, 9, 1),
        ends_on=on(3, 8, 31),
        total_pence=53_000_000,
        components=(
            ComponentTerms("gift", "bursary", 42_400_000, "Nothing is owed in return"),
            ComponentTerms("sponsorship_fee", "challenge", 6_600_000, "Naming and logo: a supply", (naming,)),
            ComponentTerms("gift", "equipment", 4_000_000, "Nothing is owed in return"),
        ),
        parties=(
            PartyTerms(Institute.objects.get(code="yhiot"), 1, Provider.objects.get(name="York College")),
            PartyTerms(Institute.objects.get(code="liot"), 1, Provider.objects.get(name="University of Lincoln")),
        ),
        due_dates=due_dates(),
        is_total_shared=True,
        is_illustrative=True,
        illustrative_note=NOTE,
        source=SOURCE,
    )


def _let_the_sponsor_in(code: str) -> None:
    with scene(code, Role.PARTNERSHIP_MANAGER, on(0, 10, 1)) as manager:
        sponsor = employer(SPONSOR_NAME)
        if not PortalGrant.objects.exists():
            open_portal(contact=sponsor.contacts.get(email=SPONSOR[1]), by=manager)


def _receive(code: str) -> None:
    for number, due in enumerate(due_dates(), start=1):
        banked_on = next_working_day(due + dt.timedelta(days=4))
        if (code, number) == LATE or banked_on > real_today():
            continue
        with scene(code, Role.FINANCE_OFFICER, banked_on) as officer:
            reference = f"{REFERENCE}-{number}"
            if Receipt.objects.filter(reference=reference).exists():
                continue
            instalments = list(Instalment.objects.filter(due_on=due, component__share__reference=REFERENCE))
            receipt = record_receipt(
                banked_on=banked_on,
                payer="Quickline Communications Limited",
                reference=reference,
                pence=sum(instalment.pence for instalment in instalments),
                by=officer,
            )
            for instalment in instalments:
                match_receipt(receipt=receipt, instalment=instalment, pence=instalment.pence, by=officer)


def _bank_without_a_word() -> None:
    payer, reference, pence = UNMATCHED
    banked_on = next_working_day(real_today() - dt.timedelta(days=6))
    with scene("yhiot", Role.FINANCE_OFFICER, banked_on) as officer:
        if not Receipt.objects.filter(reference=reference).exists():
            record_receipt(banked_on=banked_on, payer=payer, reference=reference, pence=pence, by=officer)
