"""A contribution logged from an employer's record."""

from decimal import Decimal
from typing import Any

from django import forms

from crm.base.clock import today
from crm.web.widgets import DayField
from employers.forms.fields import next_step_field
from employers.validators import NextStep, parse_next_step
from sponsorships.actions.contributions import LineFacts
from sponsorships.models import Contribution, ContributionLine


class QuickContributionForm(forms.Form):
    """What they give, of which kind, how much; and what comes next. The long form of contributions knows more."""

    title = forms.CharField(
        max_length=200, label="What do they give?", widget=forms.TextInput(attrs={"autofocus": "autofocus"})
    )
    kind = forms.ChoiceField(choices=Contribution.Kind.choices)
    quantity = forms.DecimalField(
        min_value=Decimal("0.01"), max_value=Decimal("100000"), decimal_places=2, initial=1, label="How many"
    )
    unit = forms.ChoiceField(choices=ContributionLine.Unit.choices)
    offered_on = DayField(initial=today, label="Offered on")
    return_on = DayField(required=False, label="Due back on", help_text="For equipment that is lent.")
    next_step = next_step_field()

    def clean(self) -> dict[str, Any]:
        step = self.parsed_next_step()
        if step and step.due_on < today():
            self.add_error("next_step", "Choose a due date from today on.")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """As `record_contribution` takes them."""
        data = self.cleaned_data
        line = LineFacts(
            item=data["title"],
            quantity_hundredths=int(data["quantity"] * 100),
            unit=data["unit"],
            return_on=data["return_on"],
        )
        return {**{name: data[name] for name in ("title", "kind", "offered_on")}, "lines": [line]}

    def parsed_next_step(self) -> NextStep | None:
        """The next step as read from the words."""
        return parse_next_step(self.cleaned_data.get("next_step", ""), today=today())
