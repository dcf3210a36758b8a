"""Other programs as members of an institute: they hold tokens, have roles like anybody, and never sign in."""

import uuid

from django.contrib.auth.hashers import make_password

from crm.accounts.domain_events import ServiceAdded
from crm.base.context import acting_institute
from crm.base.errors import DomainError
from crm.base.transactions import action
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from crm.outbox.record import record

# A name that no mail server can have (RFC 2606): nobody receives a code for it.
ADDRESS = "service-{}@services.invalid"
NO_ROLES = frozenset({Role.INSTITUTE_ADMINISTRATOR, Role.NETWORK_LEAD, Role.SPONSOR_CONTACT})


@action
def add_service(*, name: str, role: Role, by: User | None) -> User:
    """Make an account for a program in the acting institute, with one role.

    Raises DomainError for a missing or taken name, and for a role that a program may not have: it is never an
    administrator.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise DomainError("Say which program it is, in 80 characters at most.", field="name")
    if role in NO_ROLES:
        raise DomainError("Choose a role that a program may have.", field="role")
    here = Membership.objects.filter(institute_id=acting_institute(), user__is_service=True)
    if here.filter(user__name__iexact=name).exists():
        raise DomainError("There is a program of that name already.", field="name")
    service = User.objects.create(
        email=ADDRESS.format(uuid.uuid4().hex), name=name, is_service=True, password=make_password(None)
    )
    membership = Membership.objects.create(user=service, role=role)
    record(ServiceAdded(membership_id=membership.id, user_id=service.id, role=role), by=by)
    return service
