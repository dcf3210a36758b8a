"""Employers and contacts for tests: rows as the actions leave them, without their events."""

import itertools
from typing import Any

from employers.models import Contact, ContactRole, Employer, Organisation, Tier
from employers.rollups import index_employer

_numbers = itertools.count(1)


def make_tier(label: str = "Anchor partner", scale: str = "anchor") -> Tier:
    tier, _ = Tier.objects.get_or_create(label=label, defaults={"scale": scale})
    return tier


def make_organisation(legal_name: str = "Quickline Communications Limited", company_number: str = "") -> Organisation:
    return Organisation.objects.create(
        legal_name=legal_name, company_number=company_number or f"{next(_numbers):08d}", source="Companies House"
    )


def make_employer(name: str = "", **facts: Any) -> Employer:
    """An employer of the acting institute, findable like any other."""
    employer = Employer.objects.create(name=name or f"Employer {next(_numbers)}", **facts)
    index_employer(employer)
    return employer


def make_contact(
    employer: Employer | None = None, name: str = "", roles: tuple[str, ...] = (), **facts: Any
) -> Contact:
    """A contact of `employer` (or of `provider=`), with an address of their own and the given roles."""
    number = next(_numbers)
    if employer is None and "provider" not in facts:
        employer = make_employer()
    facts.setdefault("email", f"contact-{number}@employer.example")
    contact = Contact.objects.create(employer=employer, name=name or f"Jo Marsh {number}", **facts)
    for role in roles:
        ContactRole.objects.create(contact=contact, role=role)
    return contact
