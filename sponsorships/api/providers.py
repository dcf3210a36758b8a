"""Colleges and universities with a part in the institute."""

from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.context import acting_institute
from crm.core.api.fields import Answer, Choice
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.models import Provider
from crm.identity.roles import Permission
from sponsorships.forms.funds import own_providers


class ProviderAnswer(Answer):
    """A college or university that is part of the institute now: where learners learn, and who may hold money."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = Choice(Provider.Kind.choices)


@api_resources.register
class Providers(Resource):
    """Colleges and universities with a part in the institute now."""

    path, label, order = "providers", "Providers", 36
    permission = Permission.SEE_FUNDS
    answer = ProviderAnswer

    def rows(self) -> QuerySet[Provider]:
        return own_providers(acting_institute()).order_by("name", "id")
