"""The words an employer is found by."""

from crm.core import search
from employers.models import Contact, Employer

MAX_CONTACTS = 200


def index_employer(employer: Employer) -> None:
    """Bring the search entry of an employer up to date: its facts and the names of its people."""
    people = Contact.objects.filter(employer=employer).order_by("id").values_list("name", flat=True)
    number = employer.organisation.company_number if employer.organisation else ""
    search.index(
        kind="employer",
        object_id=employer.id,
        title=employer.name,
        subtitle=employer.sector,
        extra_words=" ".join([employer.town, employer.domain, number, *people[:MAX_CONTACTS]]),
    )
