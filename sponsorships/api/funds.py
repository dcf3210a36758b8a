"""Funds, and what is left in them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from rest_framework import serializers

from crm.base.context import acting_institute
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Ref, Text
from crm.core.api.operations import acts, asks, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.funds import close_fund, open_fund, pause_fund, reopen_fund
from sponsorships.api.fund_money import MovesMoney
from sponsorships.api.parts import Currency, NamedRow
from sponsorships.forms.funds import own_providers
from sponsorships.models import Fund
from sponsorships.reads.figures import FIGURES
from sponsorships.reads.funds import funds_in_order, usage_by_month, usage_of


class _UsageFields(serializers.SerializerMetaclass):
    """One field per figure, in the words of the pages."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> type:
        for figure in FIGURES:
            members.setdefault(figure.name, serializers.IntegerField(help_text=f"{figure.label}: {figure.counted}"))
        return super().__new__(cls, name, bases, members)


class FundUsageAnswer(Answer, metaclass=_UsageFields):
    """What a fund holds now and what came of it. Balances move with each entry, sums over entries within seconds."""

    used_percent = serializers.IntegerField(allow_null=True, help_text="Of what was received, committed or paid.")
    is_up_to_date = serializers.BooleanField(help_text="Whether the sums have every entry by now.")


class FundAnswer(Answer):
    """Money given for one purpose, and what is left of it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = Choice(Fund.Kind.choices)
    state = Choice(Fund.State.choices)
    restriction = serializers.CharField(help_text="What the money may be used for.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    recipient = NamedRow(allow_null=True, help_text="The provider that holds the money.")
    usage = FundUsageAnswer()
    currency = Currency()
    updated_at = Moment()


class FundMonthAnswer(Answer):
    """One month in which something happened to a fund."""

    month = serializers.DateField(help_text="Its first day.")
    academic_year = serializers.CharField()
    received_pence = serializers.IntegerField()
    awarded_pence = serializers.IntegerField()
    paid_pence = serializers.IntegerField(help_text="Less payments that failed.")
    recovered_pence = serializers.IntegerField()
    spent_pence = serializers.IntegerField()
    entries = serializers.IntegerField()


class FundMonthsAnswer(Answer):
    """A fund's months in order."""

    items = FundMonthAnswer(many=True)
    currency = Currency()


class NewFund(Body):
    """A new, empty fund."""

    name = Text(max_length=120)
    kind = Choice(Fund.Kind.choices)
    restriction = Text(required=False, max_length=1000)
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True)
    recipient = Ref(lambda: own_providers(acting_institute()), required=False, allow_null=True)


class FundFilters(forms.Form):
    kind = forms.ChoiceField(required=False, choices=Fund.Kind.choices)
    state = forms.ChoiceField(required=False, choices=Fund.State.choices)


class MonthFilters(forms.Form):
    academic_year = forms.RegexField(
        r"^\d{4}/\d{2}\Z",
        required=False,
        help_text="One academic year, as 2025/26.",
        error_messages={"invalid": "Send an academic year, such as 2025/26."},
    )


@api_resources.register
class Funds(MovesMoney, Resource):
    """Money given for one purpose, with what is left: those that can still be used first."""

    path, label, order = "funds", "Funds", 30
    permission = Permission.SEE_FUNDS
    answer = FundAnswer
    parts = ("rollups__folded_at",)
    filter_class = FundFilters

    def rows(self) -> QuerySet[Fund]:
        return funds_in_order().visible_to(self.user)

    def shown(self, filters: dict[str, Any]) -> QuerySet[Fund]:
        return self.rows().filter(**{name: value for name, value in filters.items() if value})

    def complete(self, rows: Sequence[Fund]) -> None:
        usages = usage_of(rows)
        for row in rows:
            row.usage = usages[row.pk]

    @asks("months", permission=Permission.SEE_FUNDS, answer=FundMonthsAnswer, filters=MonthFilters, on_row=True)
    def months(self, fund: Fund, filters: dict[str, Any]) -> dict[str, Any]:
        """Read what happened to a fund month by month."""
        return {"items": usage_by_month(fund, academic_year=filters["academic_year"])}

    @creates(NewFund, permission=Permission.RUN_FUNDS)
    def create(self, facts: dict[str, Any]) -> Fund:
        """Open a fund. It fills when a receipt is matched, or with a gift."""
        return open_fund(by=self.user, **facts)

    @acts("pause", permission=Permission.RUN_FUNDS)
    def pause(self, fund: Fund) -> Fund:
        """Award and spend nothing from a fund until it is opened again."""
        return pause_fund(fund=fund, by=self.user)

    @acts("reopen", permission=Permission.RUN_FUNDS)
    def reopen(self, fund: Fund) -> Fund:
        """Open a paused or closed fund again."""
        return reopen_fund(fund=fund, by=self.user)

    @acts("close", permission=Permission.RUN_FUNDS)
    def close(self, fund: Fund) -> Fund:
        """Close a fund that holds, owes and awaits nothing."""
        return close_fund(fund=fund, by=self.user)
