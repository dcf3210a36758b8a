"""What employers refer to: the register of organisations, and the institute's tiers."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.names import normalise_company_number
from crm.core.api.fields import Answer, Body, Choice, Text, Whole
from crm.core.api.operations import changes, creates, removes
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import change_tier, define_tier, remove_tier
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


class TierShort(Answer):
    """A level of partnership in the institute's word, and on the network's scale."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    scale = Choice(Tier.Scale.choices)


class TierAnswer(TierShort):
    """What the institute calls a level of partnership, what that is on the network's scale, and its place."""

    position = serializers.IntegerField()


class NewTier(Body):
    """A word for a level; said again, it is changed."""

    label = Text(max_length=60)
    scale = Choice(Tier.Scale.choices)
    position = Whole(required=False, min_value=0, max_value=999)


class TierFacts(Body):
    """Facts of a level; those left out stay as they are."""

    label = Text(max_length=60)
    scale = Choice(Tier.Scale.choices)
    position = Whole(min_value=0, max_value=999)


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

    @creates(NewTier, permission=Permission.NAME_TIERS)
    def create(self, facts: dict[str, Any]) -> Tier:
        """Name a level of partnership."""
        return define_tier(by=self.user, **facts)

    @changes(TierFacts, permission=Permission.NAME_TIERS)
    def change(self, tier: Tier, facts: dict[str, Any]) -> Tier:
        """Call a level otherwise, or map it otherwise; its employers keep it."""
        now = {"label": tier.label, "scale": tier.scale, "position": tier.position}
        return change_tier(tier=tier, by=self.user, **now | facts)

    @removes(permission=Permission.NAME_TIERS)
    def remove(self, tier: Tier) -> None:
        """Take away a level that no employer has."""
        remove_tier(tier=tier, by=self.user)
