"""What employers refer to: the register of organisations, and the institute's tiers."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.names import normalise_company_number
from crm.core.api.fields import Answer, Choice
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.forms.fields import RuledField
from employers.models import Organisation, Tier


class OrganisationShort(Answer):
    """The legal entity behind an employer."""

    id = serializers.UUIDField()
    legal_name = serializers.CharField()
    company_number = serializers.CharField()


class OrganisationAnswer(OrganisationShort):
    """A legal entity in the register that all institutes share: public facts alone."""

    charity_number = serializers.CharField()
    legal_form = serializers.CharField()
    sic_codes = serializers.ListField(child=serializers.CharField())
    website = serializers.CharField()
    town = serializers.CharField()
    source = serializers.CharField()


class OrganisationFilters(forms.Form):
    company_number = RuledField(normalise_company_number, required=False, help_text="Eight characters.")


class TierAnswer(Answer):
    """What the institute calls a level of partnership, and what that is on the network's scale."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    scale = Choice(Tier.Scale.choices)


@api_resources.register
class Organisations(Resource):
    """The register of legal entities that all institutes share."""

    path, label, order = "organisations", "Organisations", 14
    permission = Permission.SEE_EMPLOYERS
    answer = OrganisationAnswer
    filter_class = OrganisationFilters

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.all()

    def shown(self, filters: dict[str, Any]) -> QuerySet[Organisation]:
        number = filters["company_number"]
        return self.rows().filter(company_number=number) if number else self.rows()


@api_resources.register
class Tiers(Resource):
    """The institute's own words for its levels of partnership."""

    path, label, order = "tiers", "Tiers", 15
    permission = Permission.SEE_EMPLOYERS
    answer = TierAnswer

    def rows(self) -> QuerySet[Tier]:
        return Tier.objects.visible_to(self.user)
