"""The words a person is found by."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q

from crm.core import search
from employers.models import Contact, Employer


def index_contacts(contacts: Iterable[Contact]) -> None:
    """Bring the search entries of people up to date: name, where they are, address. Who has left is marked so."""
    for contact in contacts:
        if not contact.erased_at:
            search.index(**_words_of(contact))


def index_people_at(employers: Iterable[Employer]) -> None:
    """Say of the people at these employers what the employers are called now. Who moved on is found where they went."""
    later = Contact.objects.filter(Q(first=OuterRef("pk")) | Q(first=OuterRef("first")), pk__gt=OuterRef("pk"))
    people = Contact.objects.filter(~Exists(later), employer__in=[one.pk for one in employers], erased_at=None)
    search.index_many([search.entry(**_words_of(person)) for person in people.select_related("employer")])


def _words_of(contact: Contact) -> dict[str, Any]:
    whose = str(contact.employer or contact.provider)
    return {
        "kind": "contact",
        "object_id": contact.id,
        "title": contact.name,
        "subtitle": f"Left · {whose}" if contact.left_on else whose,
        "extra_words": f"{contact.email} {contact.job_title}",
    }
