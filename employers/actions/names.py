"""Other names and former numbers of an employer, so that it is found by any of them."""

from django.db import IntegrityError, transaction

from crm.base.errors import Conflict, DomainError
from crm.base.names import normalise_company_number
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.merging import NamesChanged
from employers.models import Employer, EmployerName, FormerNumber
from employers.rollups import index_employer
from employers.validators import clean_line


@action
def add_other_name(*, employer: Employer, kind: str, name: str, by: User | None) -> EmployerName:
    """Note a trading or former name. Raises DomainError when it is empty or the employer's own, Conflict when known."""
    if kind not in EmployerName.Kind.values:
        raise DomainError("Choose trading name or former name.", field="kind")
    name = clean_line(name, field="name", needed="Enter the name.")
    employer = Employer.objects.lock(employer)
    if name.casefold() == employer.name.casefold():
        raise DomainError("This is the employer's current name.", field="name")
    try:
        with transaction.atomic():
            row = EmployerName.objects.create(employer=employer, kind=kind, name=name)
    except IntegrityError as error:
        raise Conflict(f"{employer.name} has this name already.", field="name") from error
    index_employer(employer)
    record(NamesChanged(employer_id=employer.pk, what=f"{row.get_kind_display()} noted: {name}"), by=by)
    return row


@action
def remove_other_name(*, other_name: EmployerName, by: User | None) -> None:
    """Take a trading or former name away."""
    employer = Employer.objects.lock(other_name.employer)
    what = f"{other_name.get_kind_display()} taken away: {other_name.name}"
    other_name.delete()
    index_employer(employer)
    record(NamesChanged(employer_id=employer.pk, what=what), by=by)


@action
def add_former_number(*, employer: Employer, number: str, by: User | None) -> FormerNumber:
    """Note a company number that the employer had before. Raises DomainError when malformed, Conflict when taken."""
    number = normalise_company_number(number)
    if not number:
        raise DomainError("Enter the company number.", field="number")
    employer = Employer.objects.lock(employer)
    holder = Employer.objects.filter(organisation__company_number=number).first()
    if holder:
        raise Conflict(f"{holder.name} has this company number today.", field="number")
    try:
        with transaction.atomic():
            row = FormerNumber.objects.create(employer=employer, number=number)
    except IntegrityError as error:
        raise Conflict("This is noted as a former number already.", field="number") from error
    index_employer(employer)
    record(NamesChanged(employer_id=employer.pk, what=f"Former company number noted: {number}"), by=by)
    return row


@action
def remove_former_number(*, former_number: FormerNumber, by: User | None) -> None:
    """Take a former company number away."""
    employer = Employer.objects.lock(former_number.employer)
    what = f"Former company number taken away: {former_number.number}"
    former_number.delete()
    index_employer(employer)
    record(NamesChanged(employer_id=employer.pk, what=what), by=by)
