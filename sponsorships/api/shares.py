"""What this institute has in agreements, whoever leads: shares, instalments, waivers; and what sponsors are owed."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from crm.base.clock import today
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Pence, Person, Text
from crm.core.api.operations import acts
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.agreements import deliver_benefit
from sponsorships.actions.waivers import approve_waiver, ask_to_waive, refuse_waiver, waive_instalment
from sponsorships.api.agreements import AmendmentAnswer, BenefitShort
from sponsorships.api.parts import Currency, InstituteShort, NamedRow, ReasonBody, TitledRow
from sponsorships.models import (
    AgreementShare,
    Benefit,
    ComponentKind,
    Instalment,
    Purpose,
    ShareComponent,
    Waiver,
)
from sponsorships.reads.agreements import signed_shares


class InstalmentFacts(Answer):
    """A payment that this institute expects. `pence` stays what was signed or amended."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    pence = serializers.IntegerField()
    paid_pence = serializers.IntegerField()
    written_off_pence = serializers.IntegerField()
    outstanding_pence = serializers.IntegerField()
    state = Choice(Instalment.State.choices)
    is_overdue = serializers.BooleanField()


class ShareComponentAnswer(Answer):
    """This institute's part of one component, and the fund it feeds."""

    id = serializers.UUIDField()
    kind = Choice(ComponentKind.choices)
    purpose = Choice(Purpose.choices)
    pence = serializers.IntegerField()
    fund = NamedRow()
    instalments = InstalmentFacts(many=True)


class AgreementShareAnswer(Answer):
    """What this institute has in a signed agreement."""

    id = serializers.UUIDField()
    agreement_id = serializers.UUIDField()
    lead = InstituteShort()
    employer = NamedRow()
    title = serializers.CharField()
    reference = serializers.CharField()
    sponsor_name = serializers.CharField()
    phase = serializers.CharField(help_text="Where it stands by its dates: Signed, Running, Ended or Ended early.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    signed_on = serializers.DateField()
    pence = serializers.IntegerField()
    standing_pence = serializers.IntegerField(help_text="Promised, less what was written off.")
    received_pence = serializers.IntegerField()
    written_off_pence = serializers.IntegerField()
    total_pence = serializers.IntegerField(allow_null=True, help_text="Over all institutes, where it is shared.")
    currency = Currency()
    recipient = NamedRow(allow_null=True)
    is_illustrative = serializers.BooleanField()
    illustrative_note = serializers.CharField()
    source = serializers.CharField()
    terminated_on = serializers.DateField(allow_null=True)
    termination_reason = serializers.CharField()
    components = ShareComponentAnswer(many=True)
    amendments = AmendmentAnswer(many=True)
    updated_at = Moment()


class InstalmentAnswer(InstalmentFacts):
    """A payment that this institute expects, and under which agreement."""

    share = TitledRow(source="component.share")
    sponsor_name = serializers.CharField(source="component.share.sponsor_name")
    purpose = Choice(Purpose.choices, source="component.purpose")
    fund = NamedRow(source="component.fund")
    currency = Currency()
    updated_at = Moment()


class WaiverAnswer(Answer):
    """That the outstanding pence of an instalment shall be written off, and what came of it."""

    id = serializers.UUIDField()
    instalment = serializers.UUIDField(source="instalment_id")
    pence = serializers.IntegerField()
    currency = Currency()
    reason = serializers.CharField()
    asked_by = Person()
    asked_at = Moment()
    state = Choice(Waiver.State.choices)
    decided_by = Person(allow_null=True)
    decided_at = Moment(allow_null=True)
    decision_reason = serializers.CharField()
    updated_at = Moment()


class BenefitAnswer(BenefitShort):
    """What a sponsor is owed under an agreement led here."""

    agreement = TitledRow(source="component.agreement")
    owner = Person()
    is_overdue = serializers.BooleanField()
    currency = Currency()
    updated_at = Moment()


class WaiveBody(Body):
    """Why the sponsor need not pay, and what you saw outstanding: if that changed meanwhile, nothing is written off."""

    pence = Pence()
    reason = Text(max_length=1000)


class DeliveredBody(Body):
    """Today unless `delivered_on` says when."""

    delivered_on = Day(required=False)


class ShareFilters(forms.Form):
    employer = forms.UUIDField(required=False, help_text="Of this sponsor.")
    agreement_id = forms.UUIDField(required=False, help_text="In this agreement.")


class InstalmentFilters(forms.Form):
    when = forms.ChoiceField(
        required=False,
        choices=[("expected", "Expected"), ("overdue", "Overdue")],
        help_text="expected (something is still to come) or overdue. All when left out.",
    )
    share = forms.UUIDField(required=False, help_text="Of this agreement share.")
    fund = forms.UUIDField(required=False, help_text="For this fund.")


class WaiverFilters(forms.Form):
    state = forms.ChoiceField(required=False, choices=Waiver.State.choices)


class BenefitFilters(forms.Form):
    agreement = forms.UUIDField(required=False, help_text="Under this agreement.")


def _given(filters: dict[str, Any], **names: str) -> dict[str, Any]:
    """What was asked for, by the column that holds it."""
    return {column: filters[name] for name, column in names.items() if filters[name]}


@api_resources.register
class AgreementShares(Resource):
    """What this institute has in signed agreements, the latest first."""

    path, label, order = "agreement-shares", "Agreement shares", 21
    permission = Permission.SEE_SPONSORSHIPS
    answer = AgreementShareAnswer
    parts = ("components__instalments__updated_at", "amendments__made_at")
    filter_class = ShareFilters

    def rows(self) -> QuerySet[AgreementShare]:
        components = ShareComponent.objects.select_related("fund").prefetch_related("instalments")
        shares = signed_shares(self.user).select_related("employer", "lead", "recipient")
        return shares.prefetch_related(Prefetch("components", components), "amendments__made_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[AgreementShare]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})


@api_resources.register
class Instalments(Resource):
    """Payments that this institute expects, by the day they are due."""

    path, label, order = "instalments", "Instalments", 22
    permission = Permission.SEE_SPONSORSHIPS
    answer = InstalmentAnswer
    filter_class = InstalmentFilters

    def rows(self) -> QuerySet[Instalment]:
        return Instalment.objects.visible_to(self.user).with_agreement().order_by("due_on", "id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Instalment]:
        rows = self.rows()
        if filters["when"]:
            rows = rows.expected() if filters["when"] == "expected" else rows.overdue()
        return rows.filter(**_given(filters, share="component__share", fund="component__fund"))

    @acts("ask-to-waive", permission=Permission.EDIT_AGREEMENTS, body=WaiveBody, answer=WaiverAnswer, status=201)
    def ask_to_waive(self, instalment: Instalment, facts: dict[str, Any]) -> Waiver:
        """Ask a second person to let the sponsor off what is outstanding."""
        return ask_to_waive(instalment=instalment, by=self.user, **facts)

    @acts("waive", permission=Permission.WRITE_OFF_PROMISES, body=WaiveBody)
    def waive(self, instalment: Instalment, facts: dict[str, Any]) -> Instalment:
        """Write off what is outstanding at once. What was received stays."""
        return waive_instalment(instalment=instalment, by=self.user, **facts).instalment


@api_resources.register
class Waivers(Resource):
    """What was asked to be written off, the latest first. Another person than the one who asked decides."""

    path, label, order = "waivers", "Waivers", 23
    permission = Permission.SEE_SPONSORSHIPS
    answer = WaiverAnswer
    filter_class = WaiverFilters

    def rows(self) -> QuerySet[Waiver]:
        return Waiver.objects.visible_to(self.user).select_related("asked_by", "decided_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Waiver]:
        return self.rows().filter(**_given(filters, state="state"))

    @acts("approve", permission=Permission.WRITE_OFF_PROMISES)
    def approve(self, waiver: Waiver) -> Waiver:
        """Write off what was asked for. Refused (403) to whoever asked."""
        return approve_waiver(waiver=waiver, by=self.user)

    @acts("refuse", permission=Permission.WRITE_OFF_PROMISES, body=ReasonBody)
    def refuse(self, waiver: Waiver, facts: dict[str, Any]) -> Waiver:
        """Leave the payment owed, and say why."""
        return refuse_waiver(waiver=waiver, by=self.user, **facts)


@api_resources.register
class Benefits(Resource):
    """What sponsors are owed under agreements led here, soonest first."""

    path, label, order = "benefits", "Benefits", 24
    permission = Permission.SEE_SPONSORSHIPS
    answer = BenefitAnswer
    filter_class = BenefitFilters

    def rows(self) -> QuerySet[Benefit]:
        owed = Benefit.objects.visible_to(self.user).select_related("component__agreement", "owner")
        return owed.order_by("due_on", "id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Benefit]:
        return self.rows().filter(**_given(filters, agreement="component__agreement"))

    @acts("delivered", permission=Permission.EDIT_AGREEMENTS, body=DeliveredBody)
    def delivered(self, benefit: Benefit, facts: dict[str, Any]) -> Benefit:
        """Note that the sponsor got what is owed."""
        return deliver_benefit(benefit=benefit, by=self.user, **{"delivered_on": today(), **facts})
