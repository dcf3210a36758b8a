"""Open the portal to a sponsor's people, and close it again."""

from crm.accounts.actions import end_role, invite_person
from crm.accounts.sessions import end_sessions_of
from crm.base.clock import now
from crm.base.context import acting_institute
from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from crm.outbox.record import record
from employers.models import Contact
from sponsorships.domain_events.portal import PortalClosed, PortalOpened
from sponsorships.models import PortalGrant


@action
def open_portal(*, contact: Contact, by: User) -> PortalGrant:
    """Let a contact of an employer read what that employer's sponsorship did, and mail them where to sign in.

    Raises DomainError when they have no address or belong to no employer, Conflict when they can read it already.
    """
    if contact.employer_id is None:
        raise DomainError("Choose a contact of an employer.", field="contact")
    if not contact.email:
        raise DomainError(
            f"Note an e-mail address for {contact.name} first: the sign-in code goes there.", field="contact"
        )
    membership = _membership(contact, by)
    live = PortalGrant.objects.live().filter(user=membership.user, employer=contact.employer)
    if live.exists():
        raise Conflict(f"{contact.name} can read the report already.", field="contact")
    whose = {"user": membership.user, "employer": contact.employer, "contact": contact}
    grant = PortalGrant.objects.create(granted_by=by, **whose)
    record(PortalOpened(grant_id=grant.id, employer_id=contact.employer_id), by=by)
    return grant


@action
def close_portal(*, grant: PortalGrant, by: User) -> PortalGrant:
    """Take the view away; with the last one their role as a sponsor's contact ends. Raises Conflict when it is gone."""
    grant = PortalGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.revoked_at:
        raise Conflict("That access was taken back already.")
    grant.revoked_at, grant.revoked_by = now(), by
    grant.save(update_fields=["revoked_at", "revoked_by"])
    if not PortalGrant.objects.live().filter(user_id=grant.user_id).exists():
        for membership in _sponsor_roles(grant.user_id):
            end_role(membership=membership, by=by)
    record(PortalClosed(grant_id=grant.id, employer_id=grant.employer_id), by=by)
    return grant


@action
def move_portal(*, contact: Contact, before: str, by: User) -> list[PortalGrant]:
    """Let a contact, whose address was `before`, read the report with the one they have now, and with no other.

    No account gets another address, for it may be a colleague's somewhere, and be used by nobody here: the views under
    other addresses are closed, with every session, and one is opened anew. A contact without an address reads no more.
    Returns the views that were closed. Raises as open_portal does.
    """
    mine = PortalGrant.objects.live().of_contact(contact, before).select_related("user")
    others = [grant for grant in mine if grant.user.email != contact.email]
    for grant in others:
        close_portal(grant=grant, by=by)
        end_sessions_of(grant.user)
    if others and contact.email and len(others) == len(mine):
        open_portal(contact=contact, by=by)
    return others


def _membership(contact: Contact, by: User) -> Membership:
    known = User.objects.filter(email=contact.email.lower()).first()
    role = _sponsor_roles(known.id).first() if known else None
    return role or invite_person(name=contact.name, email=contact.email, role=Role.SPONSOR_CONTACT, by=by)


def _sponsor_roles(user_id: object) -> object:
    mine = Membership.objects.in_force().filter(institute_id=acting_institute())
    return mine.filter(user_id=user_id, role=Role.SPONSOR_CONTACT)
