"""What employers refer to: the register of organisations, and the institute's tiers."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.names import normalise_company_number
from crm.core.api.fields import Answer, Body, Choice, Moment, Text, Whole
from crm.core.api.operations import acts, asks, changes, creates, removes
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.actions import ask_to_share, change_tier, define_tier, remove_tier
from employers.forms.fields import RuledField
from employers.models import Organisation, Tier
from employers.reads.network import is_known_elsewhere


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


class KnownAnswer(Answer):
    """Whether another institute has the company as an employer: that, and nothing else."""

    known_in_network = serializers.BooleanField()


class AskBody(Body):
    """Read by whoever knows the company, with the name of the asking institute."""

    message = Text(required=False, max_length=300)


class AskedAnswer(Answer):
    """That it was asked. Who was asked, and how many, is not told."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    asked_at = Moment()


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

    @asks("known", permission=Permission.SEE_EMPLOYERS, answer=KnownAnswer, on_row=True)
    def known(self, organisation: Organisation) -> Any:
        """Whether another institute has this company as an employer."""
        return {"known_in_network": is_known_elsewhere(organisation)}

    @acts("ask-to-share", permission=Permission.SHARE, body=AskBody, answer=AskedAnswer, status=201)
    def ask_to_share(self, organisation: Organisation, facts: dict[str, Any]) -> Any:
        """Ask whoever knows this company to share it."""
        return ask_to_share(organisation=organisation, by=self.user, **facts)


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
