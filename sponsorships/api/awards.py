"""Bursaries. A learner is a pseudonym: no answer holds a name, and the number that a body sends is not kept."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers

from crm.base.context import acting_institute
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Pence, Person, Ref, Text
from crm.core.api.operations import acts, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.awards import MOST_INSTALMENTS, award_bursary, withdraw_award
from sponsorships.actions.learners import refer_learner
from sponsorships.actions.payments import recover_payment
from sponsorships.api.parts import Currency, NamedRow, once
from sponsorships.forms.funds import own_providers
from sponsorships.models import Award, AwardInstalment, Fund, LearnerRef
from sponsorships.reads.awards import awards_with_sums
from sponsorships.validators import check_due_day


class LearnerAnswer(Answer):
    """A learner, as little of them as can be."""

    pseudonym = serializers.CharField()
    provider = NamedRow()
    course = serializers.CharField()
    level = Choice(LearnerRef.Level.choices)


class AwardPaymentShort(Answer):
    """A part of an award with its date."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    due_on = serializers.DateField()
    pence = serializers.IntegerField()
    state = Choice(AwardInstalment.State.choices)
    paid_on = serializers.DateField(allow_null=True)
    paid_by = Person(allow_null=True)


class AwardAnswer(Answer):
    """Money set aside for one learner's need."""

    id = serializers.UUIDField()
    fund = NamedRow()
    learner = LearnerAnswer()
    purpose = Choice(Award.Purpose.choices)
    pence = serializers.IntegerField()
    paid_pence = serializers.IntegerField()
    unpaid_pence = serializers.IntegerField()
    recovered_pence = serializers.IntegerField()
    currency = Currency()
    reason = serializers.CharField(help_text="Which need is met.")
    scheme_version = serializers.CharField(help_text="The rules it was made under.")
    state = Choice(Award.State.choices)
    approved_by = Person()
    approved_on = serializers.DateField()
    instalments = AwardPaymentShort(many=True)
    updated_at = Moment()


class DueDays(serializers.ListField):
    """The days on which equal parts are paid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Day(validators=[check_due_day]), min_length=1, max_length=MOST_INSTALMENTS, **kwargs)


class NewAward(Body):
    """A learner, a need, an amount, and the days on which equal parts of it are due.

    `learner_number` is the provider's, never a name: it becomes a pseudonym and is not kept.
    """

    fund = Ref(lambda: Fund.objects.all())
    provider = Ref(lambda: own_providers(acting_institute()))
    learner_number = Text(max_length=40)
    course = Text(max_length=160)
    level = Choice(LearnerRef.Level.choices)
    purpose = Choice(Award.Purpose.choices)
    pence = Pence()
    reason = Text(max_length=300)
    scheme_version = Text(required=False, max_length=60)
    due_on = DueDays()


class WithdrawAwardBody(Body):
    """Why. Name no learner."""

    reason = Text(max_length=300)


class RecoverBody(Body):
    """What a learner paid back. Today unless `recovered_on` says when."""

    pence = Pence()
    recovered_on = Day(required=False)
    memo = Text(max_length=300)


class AwardFilters(forms.Form):
    fund = forms.UUIDField(required=False, help_text="From this fund.")
    purpose = forms.ChoiceField(required=False, choices=Award.Purpose.choices)
    state = forms.ChoiceField(required=False, choices=Award.State.choices)


@api_resources.register
class Awards(Resource):
    """Bursaries awarded, newest first. Whoever awards one does not pay it: see award payments."""

    path, label, order = "awards", "Awards", 33
    permission = Permission.SEE_FUNDS
    answer = AwardAnswer
    parts = ("instalments__updated_at",)
    filter_class = AwardFilters
    field_names = {"instalments": "due_on"}

    def rows(self) -> QuerySet[Award]:
        return awards_with_sums().visible_to(self.user).prefetch_related("instalments__paid_by")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Award]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    @creates(NewAward, permission=Permission.AWARD_BURSARIES)
    @sensitive_variables("facts", "number")
    def create(self, facts: dict[str, Any]) -> Award:
        """Award a bursary.

        Refused when the fund has less available, saying how much is left.
        """
        number = facts.pop("learner_number")
        about = {name: facts.pop(name) for name in ("provider", "course", "level")}
        learner = refer_learner(learner_number=number, by=self.user, **about)
        return award_bursary(learner=learner, key=once("award"), by=self.user, **facts)

    @acts("withdraw", permission=Permission.AWARD_BURSARIES, body=WithdrawAwardBody)
    def withdraw(self, award: Award, facts: dict[str, Any]) -> Award:
        """Withdraw an award. What was not paid goes back to the fund."""
        return withdraw_award(award=award, by=self.user, **facts)

    @acts("recover", permission=Permission.PAY_BURSARIES, body=RecoverBody)
    def recover(self, award: Award, facts: dict[str, Any]) -> Award:
        """Note that a learner paid money back. It returns to the fund."""
        return recover_payment(award=award, key=once("recover"), by=self.user, **facts)
