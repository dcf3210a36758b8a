"""What people and their roles are called on the audit's pages: no more than the institute may know (see Invitation)."""

import uuid

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from crm.accounts.models import Invitation
from crm.audit.words import names_rows_of
from crm.base.context import acting_institute
from crm.identity.models import Membership, User
from crm.identity.roles import Role


@names_rows_of(User)
def names_of_people(ids: set[uuid.UUID]) -> QuerySet:
    """The people of the institute as its list of people has them, others by their own name."""
    return User.objects.filter(pk__in=ids).order_by().values_list("pk", _called("pk", "name"))


@names_rows_of(Membership)
def names_of_memberships(ids: set[uuid.UUID]) -> QuerySet:
    """`Rosa Klein, Director`."""
    here = Membership.objects.filter(institute_id=acting_institute(), pk__in=ids).order_by()
    role = Case(*(When(role=role.value, then=Value(role.label)) for role in Role), default=F("role"))
    return here.values_list("pk", Concat(_called("user", "user__name"), Value(", "), role))


def _called(user: str, name: str) -> Coalesce:
    """As `people_of_institute` has it: until somebody signs in after being invited, the name that the inviter typed."""
    invited = Invitation.objects.filter(institute_id=acting_institute(), membership__user=OuterRef(user))
    login = "membership__user__last_login"
    waits = Q(**{login: None}) | Q(**{f"{login}__lt": F("invited_at")})
    said = Case(When(waits, then=F("name")), default=F("membership__user__name"))
    return Coalesce(Subquery(invited.order_by("-invited_at").values(said=said)[:1]), F(name))
