"""Where a token works, what it may do, and who else is there."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from crm.accounts.reads import people_of_institute
from crm.core.api.fields import Answer, Choice, Moment, Person
from crm.core.api.operations import asks
from crm.core.api.resources import Resource
from crm.core.institute_transaction import rights_of
from crm.core.registry import api_resources
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import Permission, Role


class ProviderShort(Answer):
    """A college, university or training provider."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    ukprn = serializers.CharField()


class PartnerAnswer(Answer):
    """A provider's part in the partnership."""

    provider = ProviderShort()
    part = serializers.CharField()


class InstituteAnswer(Answer):
    """The institute that the token works in: public facts."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    former_names = serializers.ListField(child=serializers.CharField())
    area = serializers.CharField()
    wave = serializers.IntegerField(allow_null=True)
    lead = ProviderShort(allow_null=True)
    partners = PartnerAnswer(many=True, source="current_parts")


class TokenAnswer(Answer):
    """The token that asks. `rights` is what it gives now: its scopes, as far as its owner's roles still have them."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    user = Person()
    institute = serializers.CharField(source="institute.code")
    scopes = serializers.ListField(child=serializers.CharField())
    rights = serializers.ListField(child=serializers.CharField(), source="rights_now")
    created_at = Moment()
    expires_at = Moment()


class RoleHeld(Answer):
    """A role and since when."""

    role = Choice(Role.choices)
    starts_on = serializers.DateField()


class MemberAnswer(Answer):
    """Somebody with a role in the institute, now or before."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="shown_name")
    email = serializers.CharField()
    is_program = serializers.BooleanField(source="is_service")
    state = Choice([("active", "Active"), ("invited", "Invited"), ("ended", "Ended")])
    roles = RoleHeld(many=True, source="roles_here")


@api_resources.register
class InstituteHere(Resource):
    """The institute that the token works in."""

    path, label, order = "institute", "Institute", 1
    permission = Permission.SIGN_IN
    answer = InstituteAnswer
    has_list = has_rows = False

    @asks("", permission=Permission.SIGN_IN, answer=InstituteAnswer)
    def read(self) -> Institute:
        """Read the institute that the token works in."""
        institute = Institute.objects.select_related("lead").get(pk=self.request._request.institute.pk)
        institute.current_parts = institute.provider_parts.filter(ends_on=None).select_related("provider")
        return institute


@api_resources.register
class TokenInHand(Resource):
    """The token that asks."""

    path, label, order = "token", "Token", 2
    permission = Permission.SIGN_IN
    answer = TokenAnswer
    has_list = has_rows = False

    @asks("", permission=Permission.SIGN_IN, answer=TokenAnswer)
    def read(self) -> Any:
        """Read what the token that asks may do and until when."""
        token = self.request.auth
        token.rights_now = sorted(right.name.lower() for right in rights_of(self.request._request))
        return token


@api_resources.register
class People(Resource):
    """Who has or had a role in the institute."""

    path, label, order = "people", "People", 65
    permission = Permission.MANAGE_PEOPLE
    answer = MemberAnswer

    def rows(self) -> QuerySet[User]:
        here = Membership.objects.filter(institute=self.request._request.institute)
        return User.objects.filter(pk__in=here.values("user")).order_by("pk")

    def complete(self, rows: Sequence[User]) -> None:
        people = {person.user.pk: person for person in people_of_institute()}
        for row in rows:
            person = people[row.pk]
            row.shown_name, row.state, row.roles_here = person.name, person.state, person.in_force
