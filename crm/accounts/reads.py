"""The people of an institute, their tokens, and whether they have a second factor."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from crm.accounts.models import ApiToken, Invitation
from crm.accounts.second_factor.changes import role_needs_factor
from crm.accounts.single_sign_on.provider import providers
from crm.base.clock import now, today
from crm.base.context import acting_institute
from crm.core.models import ApiUse
from crm.identity.models import Membership, User
from crm.identity.roles import Permission, Role

SOON = dt.timedelta(days=30)


@dataclass
class Person:
    """A person with their roles here. `name` is what the institute may know: see Invitation."""

    user: User
    name: str
    is_waiting: bool
    invited_at: dt.datetime | None
    memberships: list[Membership] = field(default_factory=list)

    @property
    def in_force(self) -> list[Membership]:
        return [m for m in self.memberships if m.is_in_force()]

    @property
    def roles(self) -> str:
        """`Auditor, Director`; empty when all have ended."""
        return ", ".join(Role(m.role).label for m in self.in_force)

    @property
    def ends_soon(self) -> dt.date | None:
        """The day on which the last of their roles ends, if that is within a month and was fixed beforehand."""
        ends = [m.ends_on for m in self.in_force]
        last = max(ends) if ends and None not in ends else None
        return last if last and last <= today() + SOON else None

    @property
    def state(self) -> str:
        if not self.in_force:
            return "ended"
        return "invited" if self.is_waiting else "active"


def people_of_institute(user_id: uuid.UUID | None = None) -> list[Person]:
    """Everybody who has or had a role in the acting institute, by name; or just that person. Two queries."""
    institute = acting_institute()
    memberships = Membership.objects.filter(institute_id=institute).select_related("user")
    if user_id:
        memberships = memberships.filter(user_id=user_id)
    invitations = {i.membership_id: i for i in Invitation.objects.filter(membership_id__in=[m.id for m in memberships])}
    people: dict[uuid.UUID, Person] = {}
    for membership in memberships:
        invitation = invitations.get(membership.id)
        person = people.setdefault(membership.user_id, _person(membership.user))
        person.memberships.append(membership)
        if invitation and (person.invited_at is None or invitation.invited_at > person.invited_at):
            _take_in(person, invitation)
    return sorted(people.values(), key=lambda p: (p.state == "ended", p.name.casefold(), str(p.user.id)))


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def colleges_of(user: User) -> list[str]:
    """The names of the colleges whose sign-in is bound to this account; an address for one no longer configured."""
    names = {provider.issuer: provider.name for provider in providers()}
    bound = SocialAccount.objects.filter(user=user).order_by("date_joined").values_list("provider", flat=True)
    return [names.get(issuer, issuer) for issuer in bound]


def needs_second_factor(user: User) -> bool:
    """Whether a role of the person, in any institute, asks for a second factor that they have not set up.

    Their tokens for the API are refused until they have. Pages ask each session instead (second_factor.gate). Never for
    a program, and never in the demo, whose people have none: there the printed links count as both factors, and so does
    what is made behind them.
    """
    if user.is_service or settings.DEMO:
        return False
    return role_needs_factor(user) and not has_second_factor(user)


def _person(user: User) -> Person:
    return Person(user=user, name=user.name, is_waiting=False, invited_at=None)


def _take_in(person: Person, invitation: Invitation) -> None:
    """Until they sign in after being invited, they go by the name the inviter typed."""
    person.invited_at = invitation.invited_at
    person.is_waiting = person.user.last_login is None or person.user.last_login < invitation.invited_at
    person.name = invitation.name if person.is_waiting else person.user.name


@dataclass(frozen=True)
class TokenLine:
    """A token as the list shows it. `tone` goes with `state`."""

    token: ApiToken
    scopes: list[str]
    last_used_at: dt.datetime | None
    state: str
    tone: str


def tokens_shown(user: User, *, all_of_institute: bool) -> list[TokenLine]:
    """One's own tokens here, or with `all_of_institute` everybody's; those in force first. Two queries."""
    found = ApiToken.objects.visible_to(user).select_related("user", "created_by")
    if not all_of_institute:
        found = found.filter(user=user)
    tokens = list(found[:500])
    used = dict(ApiUse.objects.filter(token_id__in=[t.pk for t in tokens]).values_list("token_id", "last_used_at"))
    lines = [_line(token, used.get(token.pk)) for token in tokens]
    return sorted(lines, key=lambda line: not line.token.is_in_force)


def _line(token: ApiToken, last_used_at: dt.datetime | None) -> TokenLine:
    state, tone = ("In force", "ok") if token.is_in_force else ("Expired", "")
    if token.revoked_at:
        state, tone = "Revoked", "bad"
    elif token.is_in_force and token.expires_at < now() + dt.timedelta(days=14):
        state, tone = "Ends soon", "warn"
    return TokenLine(
        token, [str(right.value) for right in Permission if right in token.rights], last_used_at, state, tone
    )
