"""Schools: rows of the shared list of providers, with public facts only."""

import re

from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import Provider, User
from crm.outbox.record import record
from events.domain_events import SchoolAdded

KIND = "school"
SCHOOLS = (Provider.Kind.SCHOOL, Provider.Kind.UTC)


@action
def add_school(*, name: str, by: User, urn: str = "", town: str = "", source: str = "") -> Provider:
    """The school with that URN, or without one of that name in that town, or a new one; searchable in this institute
    from now on.

    Facts of a school on the list are not overwritten. Raises DomainError for a URN that is not six digits, Conflict for
    that of a college or another provider.
    """
    urn = urn.strip()
    if urn and not re.fullmatch(r"[1-9]\d{5}", urn, re.ASCII):
        raise DomainError("Enter the URN as six digits, for example 120651, or leave it empty.", field="urn")
    name, town = " ".join(name.split()), town.strip()
    facts = {"name": name, "kind": Provider.Kind.SCHOOL, "town": town, "source": source}
    if urn:
        school, _ = Provider.objects.get_or_create(urn=urn, defaults=facts)
    else:
        school = _namesake(name, town) or Provider.objects.create(**facts)
    if school.kind not in SCHOOLS:
        kind = school.get_kind_display().lower()
        raise Conflict(f"That is the URN of {school.name}, a {kind}. Check the number.", field="urn")
    search.index(kind=KIND, object_id=school.id, title=school.name, subtitle=school.town, extra_words=school.urn)
    record(SchoolAdded(school_id=school.id, name=school.name), by=by)
    return school


def _namesake(name: str, town: str) -> Provider | None:
    """A school of that name: there is a St Mary's in many towns, so where both towns are known they must be one."""
    known = Provider.objects.filter(name__iexact=name, kind=Provider.Kind.SCHOOL)
    return known.filter(town__iexact=town).first() or (known.filter(town="") if town else known).first()
