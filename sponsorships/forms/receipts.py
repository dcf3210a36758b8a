"""Forms of receipts. Shape only; rules are in the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.money import PoundsField, format_pounds
from crm.web.widgets import DayField
from sponsorships.forms.funds import OnceForm
from sponsorships.models import Fund, Instalment


class ReceiptForm(forms.Form):
    """A line of the bank statement."""

    banked_on = DayField(initial=today, label="Banked on")
    payer = forms.CharField(max_length=200, label="Paid by")
    reference = forms.CharField(max_length=80, label="Bank reference")
    pence = PoundsField(label="Amount")


class MatchForm(OnceForm):
    """For which instalment, and how much of it."""

    instalment = forms.ChoiceField(label="Instalment")
    pence = PoundsField(label="Amount")

    def __init__(self, *args: Any, instalments: Sequence[Instalment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._instalments = {str(instalment.pk): instalment for instalment in instalments}
        self.fields["instalment"].choices = [(key, _said(i)) for key, i in self._instalments.items()]

    def facts(self) -> dict[str, Any]:
        """As `match_receipt` takes them."""
        return {
            "instalment": self._instalments[self.cleaned_data["instalment"]],
            "pence": self.cleaned_data["pence"],
            "key": self.cleaned_data["key"],
        }


class GiftForm(OnceForm):
    """Into which fund."""

    fund = forms.ModelChoiceField(queryset=None, empty_label="Choose a fund")
    pence = PoundsField(label="Amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = Fund.objects.open()


class RefundForm(OnceForm):
    """Why it went back."""

    pence = PoundsField(label="Amount")
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def _said(instalment: Instalment) -> str:
    share = instalment.component.share
    left = format_pounds(instalment.outstanding_pence, exact=True)
    return f"{share.sponsor_name}, {instalment.component}, due {instalment.due_on:%-d %b %Y}: {left} outstanding"
