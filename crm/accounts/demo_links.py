"""One-time sign-in links for the people of the demo. They count as both factors and exist only where DEMO is on."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.urls import reverse

from crm.accounts.models import DemoLink
from crm.base.clock import now
from crm.base.context import institute_context
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import Role

LIFETIME = dt.timedelta(hours=12)


class NotADemo(RuntimeError):
    """Links were asked for where DEMO is off."""


def sign_in_links(site_url: str = "") -> list[tuple[str, str, str]]:
    """A fresh link for one person of each role, as (role, person, address). Raises NotADemo on a real server.

    Unused earlier links of the same people end: only what was printed last is good.
    """
    if not settings.DEMO:
        raise NotADemo("Sign-in links exist only in the demo.")
    people = _one_person_per_role()
    DemoLink.objects.filter(user__in=[user for _, user in people]).delete()
    base = (site_url or settings.SITE_URL).rstrip("/")
    return [(label, user.name, f"{base}{_new_link(user, label)}") for label, user in people]


def find_link(token: str) -> DemoLink | None:
    """The link if it is still good. Looking does not use it up: mail scanners and previews only look."""
    good = DemoLink.objects.filter(used_at__isnull=True, expires_at__gt=now(), user__is_active=True)
    return good.select_related("user").filter(token_hash=_hash(token)).first()


def use_link(token: str) -> User | None:
    """The person, once; None for a link that is unknown, old or used. Of two callers at the same moment one gets it."""
    link = find_link(token)
    if link and DemoLink.objects.filter(pk=link.pk, used_at__isnull=True).update(used_at=now()):
        return link.user
    return None


def _one_person_per_role() -> list[tuple[str, User]]:
    """Roles in the order of the role table; of an institute's people the longest there, of institutes the fullest."""
    found: dict[str, tuple[int, str, User]] = {}
    for institute in Institute.objects.order_by("code"):
        with institute_context(institute.id):
            members = Membership.objects.in_force().filter(institute=institute, user__is_active=True)
            members = list(members.select_related("user").order_by("id"))
        for member in members:
            candidate = (len(members), institute.short_name, member.user)
            if member.role not in found or found[member.role][0] < candidate[0]:
                found[member.role] = candidate
    return [(f"{role.label}, {found[role][1]}", found[role][2]) for role in Role if role in found]


def _new_link(user: User, label: str) -> str:
    token = secrets.token_urlsafe(32)
    DemoLink.objects.create(token_hash=_hash(token), user=user, label=label, expires_at=now() + LIFETIME)
    return reverse("accounts:demo_link", args=[token])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
