"""The words a person is found by."""

from collections.abc import Iterable

from crm.core import search
from employers.models import Contact


def index_contacts(contacts: Iterable[Contact]) -> None:
    """Bring the search entries of people up to date: name, where they are, address. Who has left is marked so."""
    for contact in contacts:
        if contact.erased_at:
            continue
        whose = str(contact.employer or contact.provider)
        search.index(
            kind="contact",
            object_id=contact.id,
            title=contact.name,
            subtitle=f"Left · {whose}" if contact.left_on else whose,
            extra_words=f"{contact.email} {contact.job_title}",
        )
