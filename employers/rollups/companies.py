"""The company that an employer is, as the register has it: for whatever action links the two."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from crm.base.clock import now
from crm.base.errors import Conflict
from crm.core.reference.places import section_of
from crm.identity.models import User
from employers.domain_events import OrganisationLinked
from employers.models import Employer, Organisation
from employers.reads.redirects import left_of
from employers.validators import clean_line

TYPED_SOURCE = "Entered from the public register"


def name_organisation(employer: Employer, number: str, legal_name: str, source: str, by: User | None) -> None:
    """Put the register's row of that number on an employer, which is not saved: the caller does that.

    Raises DomainError without a legal name where the register lacks the number.
    """
    employer.organisation = _registered(number, legal_name, source, by)
    employer.sic_section = employer.sic_section or _section(employer.organisation)


@contextmanager
def once_only(employer: Employer) -> Iterator[None]:
    """Saving an employer whose company another one has, be that a part of a third by now, raises Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "employers_employer_organisation_once" not in str(error):
            raise
        raise Conflict(_who_has(employer), field="company_number") from error


def _who_has(employer: Employer) -> str:
    holder = Employer.with_merged.filter(organisation=employer.organisation).exclude(pk=employer.pk).first()
    if holder is None or holder.merged_into_id is None:
        return "A colleague has just linked this company."
    left = Employer.objects.get(pk=left_of([holder.pk])[holder.pk])
    return f"{holder.name}, a part of {left.name} now, has this company number. Use {left.name}."


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
    try:
        with transaction.atomic():
            return Organisation.objects.create(company_number=number, **facts)
    except IntegrityError:  # somebody added it this very moment
        return Organisation.objects.get(company_number=number)


def _section(organisation: Organisation) -> str:
    return next(filter(None, map(section_of, organisation.sic_codes)), "")
