"""Whose line an address is: a company's or a person's, which decides whether marketing mail needs consent.

"Corporate subscriber", the Privacy and Electronic Communications (EC Directive) Regulations 2003, regulation 2(1):
(a) a company under the Companies Acts, (b) a company under a royal charter or letters patent, (c) a partnership in
Scotland, (d) a corporation sole, (e) any other body corporate or entity that is a legal person distinct from its
members. Everybody else is an individual, sole traders, partnerships and unincorporated bodies included; so is whoever's
form is not known.
"""

import re
from dataclasses import dataclass

from crm.identity.models import Provider
from crm.mail.standing import Subscriber
from employers.models import Contact, Organisation
from employers.validators import email_domain

REGULATION = "PECR 2003 regulation 2(1)"
# In order: the first that fits decides. A partnership in Scotland is a legal person, one elsewhere in the UK is not;
# a limited liability partnership is one everywhere (Limited Liability Partnerships Act 2000, section 1(2)).
_FORMS: tuple[tuple[str, str], ...] = (
    (r"sole (trader|proprietor)|self.employed|individual", ""),
    (r"scot(tish|land).*partnership|partnership.*scot(tish|land)", "c"),
    (r"limited liability partnership|\bllp\b", "e"),
    (r"partnership", ""),
    (r"unincorporated|\bassociation\b(?!.*(limited|incorporated))|\bclub\b", ""),
    (r"royal charter|letters patent", "b"),
    (r"corporation sole", "d"),
    (r"charitable incorporated|\bcio\b|registered society|provident|community benefit|co.?operative", "e"),
    (r"council|local (authority|government)|\bnhs\b|government|statutory|body corporate|incorporated|corporation", "e"),
    (r"academy trust", "a"),
    (r"\btrust\b", ""),
    (r"company|\blimited\b|\bltd\b|\bplc\b|guarantee|\bcic\b", "a"),
)
# What Companies House lets a number begin with; no letters is a company of England and Wales. LP and NL are limited
# partnerships outside Scotland.
_PREFIXES = {
    **dict.fromkeys(("", "SC", "NI"), "a"),
    **dict.fromkeys(("RC", "SR", "NR"), "b"),
    "SL": "c",
    **dict.fromkeys(("OC", "SO", "NC", "CE", "CS", "IP", "SP", "NP", "RS", "FC", "SF", "NF", "SE", "IC", "SI"), "e"),
}


@dataclass(frozen=True)
class SubscriberClass:
    """The class, and the sentence that says where it comes from."""

    subscriber: Subscriber
    why: str

    @property
    def label(self) -> str:
        """`Corporate subscriber`."""
        return self.subscriber.label


def class_of_form(legal_form: str, company_number: str = "") -> SubscriberClass:
    """By the legal form; where that is not known by the letters of the company number; unknown is individual."""
    if legal_form:
        letter = next((letter for form, letter in _FORMS if re.search(form, legal_form.casefold())), None)
        if letter is not None:
            return _class(letter, f"{legal_form[:1].upper()}{legal_form[1:]}")
    if company_number:
        letter = _PREFIXES.get(re.match(r"[A-Z]*", company_number)[0], "")
        return _class(letter, f"company number {company_number}")
    return SubscriberClass(Subscriber.INDIVIDUAL, f"the legal form is not known ({REGULATION})")


def class_of_organisation(organisation: Organisation | None) -> SubscriberClass:
    """Of a row of the register; without one nothing is known."""
    return class_of_form(organisation.legal_form, organisation.company_number) if organisation else class_of_form("")


def class_of_contact(contact: Contact) -> SubscriberClass:
    """Of the line behind a contact's address: the employer's, unless the address is one of a shared mail service."""
    if contact.email and not email_domain(contact.email):
        return SubscriberClass(Subscriber.INDIVIDUAL, f"a private address, not the employer's ({REGULATION})")
    if contact.provider and contact.provider.kind != Provider.Kind.ITP:
        # Governing bodies are bodies corporate: Further and Higher Education Act 1992 section 17, Education Act 2002
        # section 19; academies are companies.
        return _class("e", contact.provider.get_kind_display())
    return class_of_organisation(contact.employer.organisation if contact.employer else None)


def _class(letter: str, what: str) -> SubscriberClass:
    if letter:
        return SubscriberClass(Subscriber.CORPORATE, f"{what} ({REGULATION}({letter}))")
    return SubscriberClass(Subscriber.INDIVIDUAL, f"{what} ({REGULATION})")
