"""Who gets into an institute, with which roles, and how they leave."""

import uuid
from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.db.models import F, Q

from crm.accounts import mails
from crm.accounts.actions.services import NO_ROLES
from crm.accounts.domain_events import PersonInvited, RoleEnded, RoleGiven
from crm.accounts.models import Invitation
from crm.base.clock import now, today
from crm.base.context import acting_institute
from crm.base.errors import Conflict, NotAllowed, NotFound
from crm.base.transactions import action
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import Role
from crm.outbox.record import record


@action
def invite_person(*, name: str, email: str, role: Role, by: User) -> Membership:
    """Give a person, known by their address, a role in the acting institute and mail them where to sign in.

    Whether the address already has an account changes nothing that the inviter can see. Raises Conflict when the
    person has the role here already, NotAllowed for oneself or a role that this institute does not have.
    """
    institute = _institute_with(role)
    new = {"name": name.strip(), "password": make_password(None)}  # none that anybody could type
    user, _ = User.objects.get_or_create(email=email.strip().lower(), defaults=new)
    _refuse_oneself(user, by)
    membership = _put_in_force(user, role, field="email")
    Invitation.objects.update_or_create(
        membership=membership, defaults={"name": name.strip(), "invited_by": by, "invited_at": now()}
    )
    mails.send_invitation(name=name.strip(), email=user.email, role=Role(role), institute=institute, by=by)
    record(PersonInvited(membership_id=membership.id, user_id=user.id, role=role), by=by)
    return membership


@action
def give_role(*, user: User, role: Role, by: User) -> Membership:
    """Give a person who has or had a role in the acting institute another one, from now on.

    Raises NotFound when they never had one (invite them), Conflict when they have it, NotAllowed as invite_person and
    for a role that no program may have, to a program.
    """
    _institute_with(role)
    _refuse_oneself(user, by)
    if user.is_service and role in NO_ROLES:
        raise NotAllowed("A program may not have that role.", field="role")
    if not Membership.objects.filter(institute_id=acting_institute(), user=user).exists():
        raise NotFound("Invite this person first.")
    membership = _put_in_force(user, role, field="role")
    record(RoleGiven(membership_id=membership.id, user_id=user.id, role=role), by=by)
    return membership


@action
def end_role(*, membership: Membership, by: User) -> Membership:
    """Take one role away; it is gone at the person's next request.

    Raises Conflict when it has ended already, NotAllowed when nobody else administers the institute.
    """
    [ended] = _end([membership.id], by) or [None]
    if ended is None:
        raise Conflict("That role has ended already.")
    return ended


@action
def end_all_roles(*, user: User, by: User) -> list[Membership]:
    """Take all roles in the acting institute away. Their account and their roles elsewhere stay.

    Raises NotAllowed when nobody else administers the institute.
    """
    mine = Membership.objects.in_force().filter(institute_id=acting_institute(), user=user)
    return _end(list(mine.values_list("id", flat=True)), by)


def _institute_with(role: Role) -> Institute:
    institute = Institute.objects.get(id=acting_institute())
    network = institute.kind == Institute.Kind.NETWORK
    if network != (role == Role.NETWORK_LEAD) and not (network and role == Role.INSTITUTE_ADMINISTRATOR):
        raise NotAllowed("This institute does not have that role.", field="role")
    return institute


def _refuse_oneself(user: User, by: User) -> None:
    if user == by:
        raise NotAllowed("Ask another administrator to change your own roles.", field="email")


def _put_in_force(user: User, role: Role, *, field: str) -> Membership:
    membership, created = Membership.objects.get_or_create(institute_id=acting_institute(), user=user, role=role)
    if created:
        return membership
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if membership.is_in_force():
        raise Conflict("This person has that role already.", field=field)
    membership.is_active, membership.starts_on, membership.ends_on = True, today(), None
    membership.save()
    return membership


def _end(ids: list, by: User) -> list[Membership]:
    """End those of the memberships that are in force, keeping an administrator: one who has been here, because an
    invitation may never arrive.

    The administrators' rows are locked in one order before they are counted: of two who take the role from each other
    at the same moment the second is refused.
    """
    here = Membership.objects.in_force().filter(institute_id=acting_institute()).order_by("id")
    administrators = list(
        here.filter(role=Role.INSTITUTE_ADMINISTRATOR, user__is_active=True).select_for_update(of=("self",))
    )
    leaving = list(here.filter(id__in=ids).select_for_update(of=("self",)))
    staying = {a.id for a in administrators} - {m.id for m in leaving}
    if len(staying) < len(administrators) and not staying - _never_came(staying):
        said = "Give somebody else that role first, and let them sign in once."
        raise NotAllowed(f"This is the last administrator. {said}")
    for membership in leaving:
        membership.is_active, membership.ends_on = False, today()
        membership.save()
        record(RoleEnded(membership_id=membership.id, user_id=membership.user_id, role=membership.role), by=by)
    return leaving


def _never_came(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the memberships whose person has not signed in since they were invited."""
    never = Q(membership__user__last_login=None) | Q(membership__user__last_login__lt=F("invited_at"))
    return set(Invitation.objects.filter(never, membership__in=ids).values_list("membership_id", flat=True))
