"""What gifts in kind are worth: said by one person, approved by another."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.core.api.fields import Answer, Body, Choice, Moment, Pence, Person, Ref, Text
from crm.core.api.operations import acts, asks, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.valuations import EvidenceFacts, approve_valuation, return_valuation, submit_valuation
from sponsorships.api.parts import Currency, ReasonBody, TitledRow, WholePart
from sponsorships.models import ContributionLine, Evidence, Valuation
from sponsorships.models.rate_card import RATE_CARD


class EvidenceAnswer(Answer):
    """What backs a valuation: the kind of paper and where it is kept."""

    kind = Choice(Evidence.Kind.choices)
    reference = serializers.CharField()


class ValuationAnswer(Answer):
    """What somebody says a line is worth, on one basis, in one version."""

    id = serializers.UUIDField()
    line = serializers.UUIDField(source="line_id")
    contribution = TitledRow(source="line.contribution")
    basis = Choice(Valuation.Basis.choices)
    version = serializers.IntegerField()
    pence = serializers.IntegerField()
    currency = Currency()
    rate_code = serializers.CharField()
    rate_pence_per_day = serializers.IntegerField(allow_null=True)
    is_at_the_rate_of_the_day = serializers.BooleanField(
        allow_null=True,
        help_text="Whether its rate is in force on the day on which the line is given or, before that, offered; if not,"
        " value it again. null without a rate.",
    )
    note = serializers.CharField()
    valued_by = Person()
    valued_on = serializers.DateField()
    state = Choice(Valuation.State.choices)
    decided_by = Person(allow_null=True)
    decided_at = Moment(allow_null=True)
    decision_reason = serializers.CharField()
    evidence = EvidenceAnswer(many=True)
    updated_at = Moment()


class RateAnswer(Answer):
    """What a day of seven hours of one grade is worth, from one date to another."""

    code = serializers.CharField()
    grade = serializers.CharField()
    pence_per_day = serializers.IntegerField()
    in_force_from = serializers.DateField()
    in_force_until = serializers.DateField(allow_null=True)
    source = serializers.CharField()


class RatesAnswer(Answer):
    """The rate card."""

    items = RateAnswer(many=True)
    currency = Currency()


class EvidenceBody(WholePart):
    """The kind of paper, and where it is kept."""

    kind = Choice(Evidence.Kind.choices)
    reference = Text(max_length=300)


class NewValuation(Body):
    """What a line is worth. On the rate card `rate_code` is sent and the pence are worked out; else `pence`, and all
    but a value that the employer declared need evidence."""

    line = Ref(lambda: ContributionLine.objects.all())
    basis = Choice(Valuation.Basis.choices)
    pence = Pence(required=False)
    rate_code = Text(required=False, max_length=40)
    note = Text(required=False, max_length=1000)
    evidence = EvidenceBody(many=True, required=False, max_length=20)


class ValuationFilters(forms.Form):
    state = forms.ChoiceField(required=False, choices=Valuation.State.choices)
    line = forms.UUIDField(required=False, help_text="Of this line.")
    contribution = forms.UUIDField(required=False, help_text="Of any line of this contribution.")


@api_resources.register
class Valuations(Resource):
    """What lines of contributions are said to be worth, the latest first. Nobody approves their own."""

    path, label, order = "valuations", "Valuations", 42
    permission = Permission.SEE_CONTRIBUTIONS
    answer = ValuationAnswer
    filter_class = ValuationFilters
    field_names = {"evidence_reference": "evidence"}

    def rows(self) -> QuerySet[Valuation]:
        said = Valuation.objects.visible_to(self.user).select_related("line__contribution", "valued_by", "decided_by")
        return said.prefetch_related("evidence").order_by("-valued_on", "-id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[Valuation]:
        columns = {"state": "state", "line": "line", "contribution": "line__contribution"}
        return self.rows().filter(**{columns[name]: value for name, value in filters.items() if value})

    @asks("rates", permission=Permission.SEE_CONTRIBUTIONS, answer=RatesAnswer)
    def rates(self) -> dict[str, Any]:
        """Read the rate card."""
        return {"items": RATE_CARD}

    @creates(NewValuation, permission=Permission.EDIT_CONTRIBUTIONS)
    def create(self, facts: dict[str, Any]) -> Valuation:
        """Say what a line is worth, for somebody else to approve."""
        evidence = [EvidenceFacts(**paper) for paper in facts.pop("evidence", [])]
        return submit_valuation(evidence=evidence, by=self.user, **facts)

    @acts("approve", permission=Permission.APPROVE_VALUATIONS)
    def approve(self, valuation: Valuation) -> Valuation:
        """Agree with a figure. Refused (403) to whoever made it."""
        return approve_valuation(valuation=valuation, by=self.user)

    @acts("ask-for-change", permission=Permission.APPROVE_VALUATIONS, body=ReasonBody)
    def ask_for_change(self, valuation: Valuation, facts: dict[str, Any]) -> Valuation:
        """Ask for a change, saying which. Refused (403) to whoever made it."""
        return return_valuation(valuation=valuation, by=self.user, **facts)
