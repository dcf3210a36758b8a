"""Linking an employer to the legal entity it is."""

from crm.base.errors import Conflict, DomainError
from crm.base.names import normalise_company_number
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.models import Employer
from employers.rollups import index_employer
from employers.rollups.companies import linked, name_organisation, once_only


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
    with once_only(employer):
        employer.save(update_fields=["organisation", "sic_section"])
    index_employer(employer)
    record(linked(employer), by=by)
    return employer


def _refuse_taken(employer: Employer) -> None:
    other = Employer.objects.filter(organisation=employer.organisation).exclude(pk=employer.pk).first()
    if other:
        raise Conflict(f"{other.name} is already linked to this company number.", field="company_number")
