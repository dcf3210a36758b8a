"""What people and their roles are called on the audit's pages: no more than the institute may know (see Invitation)."""

import uuid

from crm.accounts.reads import people_of_institute
from crm.audit.words import names_rows_of
from crm.identity.models import Membership, User
from crm.identity.roles import Role


@names_rows_of(User)
def names_of_people(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The people of the institute as its list of people has them, others by their own name."""
    names = dict(User.objects.filter(id__in=ids).values_list("id", "name"))
    return names | {person.user.id: person.name for person in people_of_institute() if person.user.id in ids}


@names_rows_of(Membership)
def names_of_memberships(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """`Rosa Klein, Director`."""
    return {
        membership.id: f"{person.name}, {Role(membership.role).label}"
        for person in people_of_institute()
        for membership in person.memberships
        if membership.id in ids
    }
