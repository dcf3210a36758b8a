"""Which of an institute's employers may be the one somebody is about to add.

Names suggest and never decide: among real employers with different company numbers, names alike to the last word are
common. An official number decides, both ways.
"""

import re
import uuid
from dataclasses import dataclass

from django.db.models import Q

from crm.base.names import match_key
from crm.core import search
from employers.models import Contact, Employer
from employers.validators import email_domain, website_domain

SAME_NUMBER = "same company number"
SAME_DOMAIN = "same website or e-mail domain"
SAME_NAME = "same name"
SIMILAR_NAME = "similar name"
_TRADING_AS = re.compile(r"\s+(?:t/a|trading as|formerly|via)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """An employer that may be the same, and why. `is_certain` when the official number says so."""

    employer: Employer
    reasons: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        return SAME_NUMBER in self.reasons


def possible_duplicates(
    *,
    name: str,
    company_number: str = "",
    website: str = "",
    email: str = "",
    exclude: uuid.UUID | None = None,
    limit: int = 5,
) -> list[Candidate]:
    """Employers of the acting institute that may be the same, likeliest first.

    `company_number` and `website` are in the form they are stored in. An employer whose official number differs is
    left out unless it shares the domain.
    """
    domains = {website_domain(website), email_domain(email)} - {""}
    by_name = _ids_by_name(name)
    by_domain = _ids_by_domain(domains)
    wanted = Q(id__in=[*by_name, *by_domain])
    if company_number:
        wanted |= Q(organisation__company_number=company_number)
    found = Employer.objects.filter(wanted).exclude(pk=exclude).select_related("organisation", "tier", "owner")
    candidates = [Candidate(e, _reasons(e, name, company_number, by_name, by_domain)) for e in found]
    kept = [c for c in candidates if not _vetoed(c, company_number)]
    order = {pk: place for place, pk in enumerate(by_name)}
    kept.sort(key=lambda c: (not c.is_certain, SAME_DOMAIN not in c.reasons, order.get(c.employer.id, 99)))
    return kept[:limit]


def _ids_by_name(name: str) -> list[uuid.UUID]:
    """Employers with a like name, likeliest first; both halves of "A trading as B" are looked for."""
    parts = dict.fromkeys([name, *_TRADING_AS.split(name)[:2]])
    return list(dict.fromkeys(e.object_id for part in parts for e in search.similar(part, kind="employer")))


def _ids_by_domain(domains: set[str]) -> set[uuid.UUID]:
    """Employers whose website, or a contact's address, is at one of the domains."""
    if not domains:
        return set()
    sites = Employer.objects.filter(domain__in=domains).values_list("pk", flat=True)
    people = Contact.objects.filter(email_domain__in=domains, employer__isnull=False)
    return {*sites, *people.values_list("employer_id", flat=True)}


def _reasons(
    employer: Employer, name: str, company_number: str, by_name: list[uuid.UUID], by_domain: set[uuid.UUID]
) -> tuple[str, ...]:
    reasons = []
    if company_number and _number_of(employer) == company_number:
        reasons.append(SAME_NUMBER)
    if employer.id in by_domain:
        reasons.append(SAME_DOMAIN)
    if match_key(employer.name) == match_key(name):
        reasons.append(SAME_NAME)
    elif employer.id in by_name:
        reasons.append(SIMILAR_NAME)
    return tuple(reasons)


def _vetoed(candidate: Candidate, company_number: str) -> bool:
    theirs = _number_of(candidate.employer)
    return bool(company_number and theirs and theirs != company_number and SAME_DOMAIN not in candidate.reasons)


def _number_of(employer: Employer) -> str:
    return employer.organisation.company_number if employer.organisation else ""
