"""Linking an employer to the legal entity it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from crm.base.clock import now
from crm.base.errors import Conflict, DomainError
from crm.base.names import normalise_company_number
from crm.base.transactions import action
from crm.core.reference.places import section_of
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events import OrganisationLinked
from employers.models import Employer, Organisation
from employers.rollups import index_employer
from employers.validators import clean_line

TYPED_SOURCE = "Entered from the public register"


@action
def link_organisation(
    *, employer: Employer, company_number: str, legal_name: str = "", source: str = "", by: User | None
) -> Employer:
    """Link to the register's row with that company number; add the row when the register lacks it.

    A row that exists is left as it is; its first SIC code says the employer's section where none was chosen. A new
    one takes `legal_name`, its author and its `source`, and nothing else an institute has typed. Raises DomainError
    on a malformed number or a missing legal name, Conflict when another employer of the institute is linked to the
    same entity.
    """
    number = normalise_company_number(company_number)
    if not number:
        raise DomainError("Enter the company number.", field="company_number")
    employer = Employer.objects.lock(employer)
    name_organisation(employer, number, legal_name, source, by)
    _refuse_taken(employer)
    with once_only():
        employer.save(update_fields=["organisation", "sic_section"])
    index_employer(employer)
    record(linked(employer), by=by)
    return employer


def name_organisation(employer: Employer, number: str, legal_name: str, source: str, by: User | None) -> None:
    """Put the register's row of that number on an employer, which is not saved: see `link_organisation`."""
    employer.organisation = _registered(number, legal_name, source, by)
    employer.sic_section = employer.sic_section or _section(employer.organisation)


@contextmanager
def once_only() -> Iterator[None]:
    """Saving an employer whose company another one has raises Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "employers_employer_organisation_once" not in str(error):
            raise
        raise Conflict("A colleague has just linked this company.", field="company_number") from error


def linked(employer: Employer) -> OrganisationLinked:
    """The fact that an employer is the company it names."""
    organisation = employer.organisation
    return OrganisationLinked(
        employer_id=employer.id,
        organisation_id=organisation.id,
        company_number=organisation.company_number,
        legal_name=organisation.legal_name,
    )


def _registered(number: str, legal_name: str, source: str, by: User | None) -> Organisation:
    found = Organisation.objects.filter(company_number=number).first()
    if found:
        return found
    legal_name = clean_line(
        legal_name, field="legal_name", needed="Enter the legal name as Companies House shows it for this number."
    )
    facts = {"legal_name": legal_name, "edited_by": by, "edited_at": now()}
    facts["source"] = clean_line(source, field="source", limit=500) or TYPED_SOURCE
    organisation, _ = Organisation.objects.get_or_create(company_number=number, defaults=facts)
    return organisation


def _section(organisation: Organisation) -> str:
    return next(filter(None, map(section_of, organisation.sic_codes)), "")


def _refuse_taken(employer: Employer) -> None:
    other = Employer.objects.filter(organisation=employer.organisation).exclude(pk=employer.pk).first()
    if other:
        raise Conflict(f"{other.name} is already linked to this company number.", field="company_number")
