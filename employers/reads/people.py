"""Who may look after an employer or a next step."""

import uuid

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from crm.base.context import acting_institute
from crm.identity.models import Membership, User
from crm.identity.roles import ROLES, Permission
from employers.models import Employer

OWNING_ROLES = [role for role, card in ROLES.items() if Permission.LOG_ENGAGEMENTS in card.permissions]


def colleagues() -> QuerySet[User]:
    """Active people (no programs) of the acting institute whose role lets them log conversations, by name."""
    here = Membership.objects.in_force().filter(institute_id=acting_institute(), role__in=OWNING_ROLES)
    return User.objects.filter(is_active=True, is_service=False, id__in=here.values("user")).order_by("name", "id")


def colleagues_and(now: uuid.UUID | None) -> QuerySet[User]:
    """The colleagues, and whoever it is now, though they work here no more: who edits something else moves nothing."""
    return colleagues() | User.objects.filter(pk=now) if now else colleagues()


def owners_here() -> QuerySet[User]:
    """Whom the list can be narrowed to, by name: the colleagues, and who works here no more and still has employers.
    `called` says which."""
    here, theirs = colleagues().values("pk"), Employer.objects.filter(owner=OuterRef("pk"))
    members = Membership.objects.filter(institute_id=acting_institute()).values("user")
    people = User.objects.filter(Q(pk__in=here) | Exists(theirs), pk__in=members).order_by("name", "id")
    gone = Concat("name", Value(" (no longer here)"), output_field=CharField())
    return people.annotate(called=Case(When(pk__in=here, then=F("name")), default=gone, output_field=CharField()))


def is_colleague(user: User) -> bool:
    """Whether that person may own an employer or a next step here."""
    return colleagues().filter(pk=user.pk).exists()
