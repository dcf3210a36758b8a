"""Who may look after an employer or a next step."""

import uuid

from django.db.models import QuerySet

from crm.base.context import acting_institute
from crm.identity.models import Membership, User
from crm.identity.roles import ROLES, Permission

OWNING_ROLES = [role for role, card in ROLES.items() if Permission.LOG_ENGAGEMENTS in card.permissions]


def colleagues() -> QuerySet[User]:
    """Active people (no programs) of the acting institute whose role lets them log conversations, by name."""
    here = Membership.objects.in_force().filter(institute_id=acting_institute(), role__in=OWNING_ROLES)
    return User.objects.filter(is_active=True, is_service=False, id__in=here.values("user")).order_by("name", "id")


def colleagues_and(now: uuid.UUID | None) -> QuerySet[User]:
    """The colleagues, and whoever it is now, though they work here no more: who edits something else moves nothing."""
    return colleagues() | User.objects.filter(pk=now) if now else colleagues()


def is_colleague(user: User) -> bool:
    """Whether that person may own an employer or a next step here."""
    return colleagues().filter(pk=user.pk).exists()
