"""Paying bursaries: what is due, what was paid, what came back."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.clock import today
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person
from crm.core.api.operations import acts
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.payments import fail_payment, pay_instalment
from sponsorships.api.parts import Currency, NamedRow
from sponsorships.models import Award, AwardInstalment


class AwardShort(Answer):
    """What the payment is for."""

    id = serializers.UUIDField()
    purpose = Choice(Award.Purpose.choices)
    pseudonym = serializers.CharField(source="learner.pseudonym")
    fund = NamedRow()
    approved_by = Person()


class AwardPaymentAnswer(Answer):
    """A part of an award with its date."""

    id = serializers.UUIDField()
    award = AwardShort()
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    pence = serializers.IntegerField()
    currency = Currency()
    state = Choice(AwardInstalment.State.choices)
    paid_on = serializers.DateField(allow_null=True)
    paid_by = Person(allow_null=True)
    updated_at = Moment()


class PaidBody(Body):
    """Today unless `paid_on` says when."""

    paid_on = Day(required=False)


class FailedBody(Body):
    """Today unless `failed_on` says when."""

    failed_on = Day(required=False)


class AwardPaymentFilters(forms.Form):
    when = forms.ChoiceField(
        required=False,
        choices=[("due", "Due"), ("coming", "Coming")],
        help_text="due (unpaid, today or before) or coming (unpaid, later). All when left out.",
    )
    award = forms.UUIDField(required=False, help_text="Of this award.")


@api_resources.register
class AwardPayments(Resource):
    """Instalments of awards by the day they are due. Another person than the one who approved the award pays."""

    path, label, order = "award-payments", "Award payments", 34
    permission = Permission.SEE_FUNDS
    answer = AwardPaymentAnswer
    filter_class = AwardPaymentFilters

    def rows(self) -> QuerySet[AwardInstalment]:
        rows = AwardInstalment.objects.visible_to(self.user)
        of_award = rows.select_related("award__fund", "award__learner", "award__approved_by", "paid_by")
        return of_award.order_by("due_on", "id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[AwardInstalment]:
        rows = self.rows()
        if filters["when"] == "due":
            rows = rows.due()
        elif filters["when"] == "coming":
            rows = rows.unpaid().filter(due_on__gt=today())
        return rows.filter(award=filters["award"]) if filters["award"] else rows

    @acts("pay", permission=Permission.PAY_BURSARIES, body=PaidBody)
    def pay(self, instalment: AwardInstalment, facts: dict[str, Any]) -> AwardInstalment:
        """Note that an instalment was paid.

        Refused (403) to whoever approved the award.
        """
        return pay_instalment(instalment=instalment, by=self.user, **facts)

    @acts("fail", permission=Permission.PAY_BURSARIES, body=FailedBody)
    def fail(self, instalment: AwardInstalment, facts: dict[str, Any]) -> AwardInstalment:
        """Note that the bank sent a payment back. It is to be paid again."""
        return fail_payment(instalment=instalment, by=self.user, **facts)
