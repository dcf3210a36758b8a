"""Gifts in kind: what is offered, line by line, and how it moves on."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from rest_framework import serializers

from crm.base.clock import today
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Person, Ref, Text, Whole
from crm.core.api.operations import acts, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from employers.models import Employer
from sponsorships.actions.contributions import (
    LineFacts,
    accept_contribution,
    agree_contribution,
    decline_contribution,
    deliver_contribution,
    record_contribution,
    withdraw_contribution,
)
from sponsorships.actions.loans import extend_loan, return_equipment
from sponsorships.api.parts import Currency, NamedRow, TitledRow, WholePart
from sponsorships.forms.contributions import ContributionFilters
from sponsorships.models import AgreementShare, Contribution, ContributionLine, Valuation
from sponsorships.reads.contributions import counted_by_contribution


class ValuationShort(Answer):
    """What somebody says a line is worth, on one basis. See valuations."""

    id = serializers.UUIDField()
    basis = Choice(Valuation.Basis.choices)
    version = serializers.IntegerField()
    pence = serializers.IntegerField()
    state = Choice(Valuation.State.choices)


class LineFactsAnswer(Answer):
    """One item or one stretch of somebody's time."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    item = serializers.CharField()
    quantity_hundredths = serializers.IntegerField(help_text="Hundredths of the unit: 12.5 days is 1250.")
    unit = Choice(ContributionLine.Unit.choices)
    serial = serializers.CharField()
    return_on = serializers.DateField(allow_null=True)
    returned_on = serializers.DateField(allow_null=True)
    valuations = ValuationShort(many=True)


class ContributionAnswer(Answer):
    """One gift in kind. It counts when it is accepted and a valuation of it is approved."""

    id = serializers.UUIDField()
    employer = NamedRow()
    share = TitledRow(allow_null=True, help_text="The agreement it was promised under.")
    kind = Choice(Contribution.Kind.choices)
    title = serializers.CharField()
    description = serializers.CharField()
    origin = Choice(Contribution.Origin.choices)
    offered_on = serializers.DateField()
    delivered_on = serializers.DateField(allow_null=True)
    accepted_on = serializers.DateField(allow_null=True)
    state = Choice(Contribution.State.choices)
    state_reason = serializers.CharField()
    recorded_by = Person()
    recorded_at = Moment()
    counted_pence = serializers.IntegerField(help_text="What counts of it now.")
    currency = Currency()
    lines = LineFactsAnswer(many=True)
    updated_at = Moment()


class ContributionLineAnswer(LineFactsAnswer):
    """One item or one stretch of somebody's time, and of which contribution."""

    contribution = TitledRow()
    is_overdue = serializers.BooleanField(help_text="Lent, and it should have gone back.")
    updated_at = Moment()


class LineBody(WholePart):
    """One item, or so much of somebody's time. Lent equipment says when it goes back, nothing else does."""

    item = Text()
    quantity_hundredths = Whole(
        required=False, min_value=1, max_value=10_000_000, help_text="Hundredths of the unit: 12.5 days is 1250."
    )
    unit = Choice(ContributionLine.Unit.choices, required=False)
    serial = Text(required=False, max_length=80)
    return_on = Day(required=False, allow_null=True)


class NewContribution(Body):
    """What an employer offers. Today unless `offered_on` says when."""

    employer = Ref(lambda: Employer.objects.all())
    share = Ref(lambda: AgreementShare.objects.all(), required=False, allow_null=True)
    kind = Choice(Contribution.Kind.choices)
    title = Text()
    description = Text(required=False, max_length=2000)
    origin = Choice(Contribution.Origin.choices, required=False)
    offered_on = Day(required=False)
    lines = LineBody(many=True, max_length=100)


class ArrivedBody(Body):
    """Today unless `delivered_on` says when."""

    delivered_on = Day(required=False)


class WhyBody(Body):
    """Why."""

    reason = Text(max_length=500)


class ReturnedBody(Body):
    """Today unless `returned_on` says when."""

    returned_on = Day(required=False)


class ExtendBody(Body):
    """The new day on which it is due back."""

    return_on = Day()


class ContributionQuery(ContributionFilters):
    """As on the page: `q` looks in titles and employers' names."""

    tab = forms.ChoiceField(
        required=False,
        choices=[("to_value", "To value"), ("to_approve", "To approve"), ("accepted", "Accepted")],
        help_text="to_value, to_approve or accepted. All when left out.",
    )
    employer = forms.UUIDField(required=False, help_text="Of this employer.")


class LineFilters(forms.Form):
    contribution = forms.UUIDField(required=False, help_text="Of this contribution.")


@api_resources.register
class Contributions(Resource):
    """Gifts in kind, the latest offer first."""

    path, label, order = "contributions", "Contributions", 40
    permission = Permission.SEE_CONTRIBUTIONS
    answer = ContributionAnswer
    parts = ("lines__updated_at", "lines__valuations__updated_at")
    filter_class = ContributionQuery
    field_names = {"item": "lines", "quantity": "lines", "return_on": "lines"}

    def rows(self) -> QuerySet[Contribution]:
        lines = ContributionLine.objects.prefetch_related("valuations")
        given = Contribution.objects.visible_to(self.user).select_related("employer", "share", "recorded_by")
        return given.prefetch_related(Prefetch("lines", lines))

    def shown(self, filters: dict[str, Any]) -> QuerySet[Contribution]:
        rows = self.rows()
        if filters["tab"]:
            rows = getattr(rows, filters["tab"])()
        if filters["q"]:
            rows = rows.filter(Q(title__icontains=filters["q"]) | Q(employer__name__icontains=filters["q"]))
        return rows.filter(employer=filters["employer"]) if filters["employer"] else rows

    def complete(self, rows: Sequence[Contribution]) -> None:
        counted = counted_by_contribution([row.pk for row in rows])
        for row in rows:
            row.counted_pence = counted.get(row.pk, 0)

    @creates(NewContribution, permission=Permission.EDIT_CONTRIBUTIONS)
    def create(self, facts: dict[str, Any]) -> Contribution:
        """Record what an employer offers. What each line is worth is said with a valuation."""
        lines = [LineFacts(**line) for line in facts.pop("lines")]
        return record_contribution(lines=lines, by=self.user, **facts)

    @acts("agree", permission=Permission.EDIT_CONTRIBUTIONS)
    def agree(self, contribution: Contribution) -> Contribution:
        """Say yes to an offer."""
        return agree_contribution(contribution=contribution, by=self.user)

    @acts("deliver", permission=Permission.EDIT_CONTRIBUTIONS, body=ArrivedBody)
    def deliver(self, contribution: Contribution, facts: dict[str, Any]) -> Contribution:
        """Note that it arrived, or that the time was given."""
        return deliver_contribution(contribution=contribution, by=self.user, **{"delivered_on": today(), **facts})

    @acts("accept", permission=Permission.EDIT_CONTRIBUTIONS)
    def accept(self, contribution: Contribution) -> Contribution:
        """Accept what was delivered. With an approved valuation it counts from now on."""
        return accept_contribution(contribution=contribution, by=self.user)

    @acts("decline", permission=Permission.EDIT_CONTRIBUTIONS, body=WhyBody)
    def decline(self, contribution: Contribution, facts: dict[str, Any]) -> Contribution:
        """Say no to an offer, and why."""
        return decline_contribution(contribution=contribution, by=self.user, **facts)

    @acts("withdraw", permission=Permission.EDIT_CONTRIBUTIONS, body=WhyBody)
    def withdraw(self, contribution: Contribution, facts: dict[str, Any]) -> Contribution:
        """Note that the employer took the offer back, and why."""
        return withdraw_contribution(contribution=contribution, by=self.user, **facts)


@api_resources.register
class ContributionLines(Resource):
    """Items and stretches of time of contributions."""

    path, label, order = "contribution-lines", "Contribution lines", 41
    permission = Permission.SEE_CONTRIBUTIONS
    answer = ContributionLineAnswer
    parts = ("valuations__updated_at",)
    filter_class = LineFilters

    def rows(self) -> QuerySet[ContributionLine]:
        lines = ContributionLine.objects.visible_to(self.user).select_related("contribution")
        return lines.prefetch_related("valuations").order_by("contribution_id", "number", "id")

    def shown(self, filters: dict[str, Any]) -> QuerySet[ContributionLine]:
        of = filters["contribution"]
        return self.rows().filter(contribution=of) if of else self.rows()

    @acts("returned", permission=Permission.EDIT_CONTRIBUTIONS, body=ReturnedBody)
    def returned(self, line: ContributionLine, facts: dict[str, Any]) -> ContributionLine:
        """Note that lent equipment went back."""
        return return_equipment(line=line, by=self.user, **{"returned_on": today(), **facts})

    @acts("extend", permission=Permission.EDIT_CONTRIBUTIONS, body=ExtendBody)
    def extend(self, line: ContributionLine, facts: dict[str, Any]) -> ContributionLine:
        """Agree another day on which lent equipment is due back."""
        return extend_loan(line=line, by=self.user, **facts)
