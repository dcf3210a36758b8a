"""Writing down that somebody's second factor changed, where those who must know will look."""

from crm.accounts.second_factor.models import SecondFactorChange
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import Membership, User
from crm.identity.roles import any_needs_second_factor


def note(
    user: User, kind: SecondFactorChange.Kind, *, factor: str = "", reason: str = "", by: User | None = None
) -> None:
    """Write the change into every institute the person has a role in, or the network when they have none.

    An institute trusts the person with its own data, so each of their institutes sees it, whoever made the change.
    """
    for institute_id in {m.institute_id for m in memberships_of(user)} or {NETWORK_ID}:
        with institute_context(institute_id, user_id=by.id if by else None):
            SecondFactorChange.objects.create(user=user, kind=kind, factor=factor[:40], reason=reason)


def memberships_of(user: User) -> list[Membership]:
    """The person's roles in force, wherever they are."""
    with institute_context(None, user_id=user.id):
        return list(Membership.objects.in_force().filter(user=user))


def role_needs_factor(user: User) -> bool:
    """Whether any role of the person, in any institute, asks for a second factor."""
    return any_needs_second_factor(m.role for m in memberships_of(user))
