"""Opening funds and moving their money."""

from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.ids import new_id
from crm.base.money import PoundsField
from crm.identity.models import InstituteProvider, Provider
from crm.web.widgets import DayField
from sponsorships.models import Fund
from sponsorships.validators import refuse_personal_data


def own_providers(institute: Any) -> Any:
    """Colleges and universities with a part in the institute now."""
    parts = InstituteProvider.objects.filter(institute=institute, ends_on__isnull=True)
    return Provider.objects.filter(pk__in=parts.values("provider"))


class FundForm(forms.Form):
    """A new, empty fund."""

    name = forms.CharField(max_length=120)
    kind = forms.ChoiceField(choices=Fund.Kind.choices, label="What it pays for", widget=forms.RadioSelect)
    restriction = forms.CharField(
        max_length=1000,
        required=False,
        label="What the money may be used for",
        help_text="In the sponsor's words, if they set a condition.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_on = DayField(label="First day", initial=today)
    ends_on = DayField(label="Last day", required=False)
    recipient = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="Not decided",
        label="Who holds the money",
        help_text="An institute is a partnership: one of its providers keeps the account.",
    )

    def __init__(self, *args: Any, institute: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = own_providers(institute)


class OnceForm(forms.Form):
    """A form that counts once however often it is sent: it carries a key made when it was shown."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class MoneyForm(OnceForm):
    """So many pounds, on a day, for a reason."""

    pence = PoundsField(label="Amount")
    occurred_on = DayField(label="Date", initial=today)
    memo = forms.CharField(
        max_length=300,
        label="What for",
        help_text="Stays in the journal for good. Name no learner.",
        validators=[refuse_personal_data],
    )


class TransferForm(MoneyForm):
    """To which fund of the same kind."""

    destination = forms.ModelChoiceField(queryset=None, label="To", empty_label="Choose a fund")
    field_order = ["key", "destination"]

    def __init__(self, *args: Any, fund: Fund, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Fund.objects.exclude(pk=fund.pk).exclude(state=Fund.State.CLOSED)
        if fund.kind != Fund.Kind.GENERAL:
            others = others.filter(kind=fund.kind)
        self.fields["destination"].queryset = others


class ReversalForm(forms.Form):
    """Why an entry is undone."""

    occurred_on = DayField(label="Date", initial=today)
    memo = forms.CharField(max_length=300, label="Why", validators=[refuse_personal_data])
