"""Forms of contributions in kind. Shape only; rules are in the actions."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.money import PoundsField
from crm.web.widgets import DayField
from employers.forms.choosing import EmployerForm
from sponsorships.actions.contributions import LineFacts
from sponsorships.actions.valuations import EvidenceFacts
from sponsorships.models import AgreementShare, Contribution, ContributionLine, Evidence, Valuation
from sponsorships.models.rate_card import rate_of, rate_of_grade, rates_on

Kind, Basis, Unit = Contribution.Kind, Valuation.Basis, ContributionLine.Unit
PEOPLES_TIME = (Kind.SECONDED_STAFF, Kind.EXPERT_TIME, Kind.LIVE_BRIEF)


class ContributionFilters(forms.Form):
    """The query string of the list. Whatever is not understood is left out; a link never fails."""

    q = forms.CharField(required=False, max_length=100)


class ContributionForm(EmployerForm):
    """What is given, of which kind (known from the page before), by whom."""

    share = forms.ModelChoiceField(queryset=None, required=False, empty_label="None", label="Under an agreement")
    title = forms.CharField(max_length=200, label="What is it, in a few words?")
    item = forms.CharField(max_length=200, label="Item, or whose time")
    quantity = forms.DecimalField(
        min_value=Decimal("0.01"), max_value=Decimal("100000"), decimal_places=2, initial=1, label="How many"
    )
    unit = forms.ChoiceField(choices=Unit.choices)
    serial = forms.CharField(max_length=80, required=False, label="Serial number")
    return_on = DayField(required=False, label="Due back on")
    offered_on = DayField(initial=today, label="Offered on")
    origin = forms.ChoiceField(
        choices=Contribution.Origin.choices,
        label="The giver is",
        help_text="Match is public or private by the nature of who gives it.",
    )
    declared_pence = PoundsField(required=False, label="Worth, as the employer says")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["share"].queryset = AgreementShare.objects.all()
        if kind == Kind.EQUIPMENT_LENT:
            self.fields["return_on"].required = True
        else:
            del self.fields["return_on"]
        if kind in PEOPLES_TIME:
            del self.fields["serial"]
            self.fields["unit"].initial = Unit.DAY

    def facts(self) -> dict[str, Any]:
        """As `record_contribution` takes them."""
        data = self.cleaned_data
        line = LineFacts(
            item=data["item"],
            quantity_hundredths=int(data["quantity"] * 100),
            unit=data["unit"],
            serial=data.get("serial", ""),
            return_on=data.get("return_on"),
        )
        names = ("employer", "share", "title", "offered_on", "origin")
        return {"kind": self.kind, "lines": [line], **{name: data[name] for name in names}}


class ValuationForm(forms.Form):
    """What a line is worth, on which basis, and what shows it."""

    basis = forms.ChoiceField(choices=Basis.choices, widget=forms.RadioSelect)
    rate_code = forms.ChoiceField(
        required=False, label="Rate", help_text="For the rate card: quantity times rate is worked out for you."
    )
    pence = PoundsField(required=False, label="Worth", help_text="For every other basis.")
    evidence_kind = forms.ChoiceField(choices=Evidence.Kind.choices, required=False, label="Evidence")
    evidence_reference = forms.CharField(
        max_length=300,
        required=False,
        label="Where it is kept",
        help_text="For example the invoice number, or the page of the price list.",
    )
    note = forms.CharField(
        max_length=1000, required=False, label="How the figure was made", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rates = [(r.code, f"{r.grade}: £{r.pence_per_day // 100} a day of seven hours") for r in rates_on(day)]
        self.fields["rate_code"].choices = [("", "No rate"), *rates]

    def facts(self) -> dict[str, Any]:
        """As `submit_valuation` takes them."""
        data = self.cleaned_data
        reference = data["evidence_reference"].strip()
        evidence = [EvidenceFacts(data["evidence_kind"], reference)] if reference else []
        return {name: data[name] for name in ("basis", "rate_code", "pence", "note")} | {"evidence": evidence}

    @staticmethod
    def initial_for(line: ContributionLine, kind: str, day: dt.date, *, before: str = "") -> dict[str, Any]:
        """Time goes by the rate card (in force that day, of the grade it was valued at `before`, else the highest),
        things by comparison with the market."""
        rates, known = rates_on(day), rate_of(before)
        if rates and (known or kind in PEOPLES_TIME) and line.unit in (Unit.HOUR, Unit.DAY):
            same = rate_of_grade(known.grade, day) if known else None
            rate = same or max(rates, key=lambda rate: rate.pence_per_day)
            return {"basis": Basis.RATE_CARD, "rate_code": rate.code}
        return {"basis": Basis.MARKET_COMPARATOR, "evidence_kind": Evidence.Kind.PRICE_LIST}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(forms.Form):
    """When lent equipment went back."""

    returned_on = DayField(initial=today, label="Went back on")


class ExtensionForm(forms.Form):
    """Until when it may stay."""

    return_on = DayField(label="Due back on")


class DeliveryForm(forms.Form):
    """When it arrived."""

    delivered_on = DayField(initial=today, label="Arrived, or was given, on")
