"""Schools: rows of the shared list of providers, with public facts only."""

import re

from crm.base.errors import DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import Provider, User
from crm.outbox.record import record
from events.domain_events import SchoolAdded

KIND = "school"


@action
def add_school(*, name: str, by: User, urn: str = "", town: str = "", source: str = "") -> Provider:
    """The school with that URN, or a new one; searchable in this institute from now on.

    Facts of a school on the list are not overwritten. Raises DomainError for a URN that is not six digits.
    """
    urn = urn.strip()
    if urn and not re.fullmatch(r"[1-9]\d{5}", urn, re.ASCII):
        raise DomainError("Enter the URN as six digits, for example 120651, or leave it empty.", field="urn")
    name = " ".join(name.split())
    facts = {"name": name, "kind": Provider.Kind.SCHOOL, "town": town.strip(), "source": source}
    known = Provider.objects.filter(urn=urn) if urn else Provider.objects.filter(name__iexact=name, kind="school")
    school = known.first() or Provider.objects.create(urn=urn, **facts)
    search.index(kind=KIND, object_id=school.id, title=school.name, subtitle=school.town, extra_words=school.urn)
    record(SchoolAdded(school_id=school.id, name=school.name), by=by)
    return school
