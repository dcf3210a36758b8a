"""Forms of receipts. Shape only; rules are in the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.money import PoundsField, format_pounds
from crm.web.widgets import DayField
from sponsorships.forms.funds import OnceForm
from sponsorships.models import Fund, Instalment, Receipt
from sponsorships.reads.agreements import is_payers_own


class ReceiptForm(forms.Form):
    """A line of the bank statement."""

    payer = forms.CharField(max_length=200, label="Paid by")
    pence = PoundsField(label="Amount")
    banked_on = DayField(initial=today, label="Banked on")
    reference = forms.CharField(max_length=80, label="Bank reference")


class MatchForm(OnceForm):
    """For which instalment, and how much of it.

    Money that another sponsor promised is not taken for theirs by a slip: without an instalment of the payer's own
    none is chosen beforehand, and one of somebody else asks whether the payer meant it.
    """

    instalment = forms.ChoiceField(label="Instalment")
    pence = PoundsField(label="Amount")
    for_another = forms.BooleanField(required=False)

    def __init__(self, *args: Any, instalments: Sequence[Instalment], receipt: Receipt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._receipt = receipt
        self._instalments = {str(instalment.pk): instalment for instalment in instalments}
        choices = [(key, _said(i)) for key, i in self._instalments.items()]
        self.fields["instalment"].choices = [("", "Choose an instalment"), *choices]
        self.fields["for_another"].label = f"{receipt.payer} paid this for another sponsor"
        chosen = self._instalments.get(str(self["instalment"].value()))
        if chosen and is_payers_own(receipt, chosen):
            del self.fields["for_another"]

    def facts(self) -> dict[str, Any]:
        """As `match_receipt` takes them."""
        return {
            "instalment": self._instalments[self.cleaned_data["instalment"]],
            "pence": self.cleaned_data["pence"],
            "for_another": self.cleaned_data.get("for_another", False),
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
