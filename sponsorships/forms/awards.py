"""Awarding bursaries and what follows."""

import datetime as dt
from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.money import PoundsField
from crm.web.widgets import DayField
from sponsorships.forms.funds import OnceForm, own_providers
from sponsorships.models import Award, LearnerRef
from sponsorships.validators import check_learner_reference, refuse_personal_data

MOST_MONTHS = 12


class AwardForm(OnceForm):
    """A learner, a need, an amount, and when it is paid."""

    provider = forms.ModelChoiceField(queryset=None, label="Where they learn", empty_label="Choose a provider")
    learner_number = forms.CharField(
        max_length=40,
        label="Learner number at the provider",
        help_text="Not a name. It is turned into a pseudonym and not kept.",
        validators=[check_learner_reference],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    course = forms.CharField(max_length=160, validators=[refuse_personal_data])
    level = forms.ChoiceField(choices=[("", "Choose a level"), *LearnerRef.Level.choices])
    purpose = forms.ChoiceField(choices=Award.Purpose.choices, label="For", widget=forms.RadioSelect)
    pence = PoundsField(label="Amount")
    reason = forms.CharField(
        max_length=300,
        label="Which need is met",
        help_text="The actual cost, for example “Return bus fare, 4 days a week”. Name nobody.",
        validators=[refuse_personal_data],
    )
    scheme_version = forms.CharField(max_length=60, required=False, label="Rules it is made under")
    instalments = forms.IntegerField(
        min_value=1,
        max_value=MOST_MONTHS,
        initial=1,
        label="In how many monthly instalments",
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    first_due_on = DayField(label="First one due", initial=today)

    def __init__(self, *args: Any, institute: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = own_providers(institute)
        # What would be left follows the typing; the page answers with that part alone.
        self.fields["pence"].widget.attrs.update(
            {"hx-get": "", "hx-trigger": "input changed delay:200ms", "hx-target": "#left", "hx-swap": "outerHTML"}
        )

    def clean_first_due_on(self) -> dt.date:
        """An instalment in the past would be overdue at once; more than two years ahead is a slip of the pen."""
        day = self.cleaned_data["first_due_on"]
        if not today() <= day <= today() + dt.timedelta(days=730):
            raise forms.ValidationError("Enter a date from today on, within two years.")
        return day

    def due_days(self) -> list[dt.date]:
        """The same day of each month from the first one on; the last day where a month is too short."""
        first = self.cleaned_data["first_due_on"]
        return [_months_later(first, count) for count in range(self.cleaned_data["instalments"])]


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=300, label="Why", validators=[refuse_personal_data])


class RecoverForm(OnceForm):
    pence = PoundsField(label="Amount paid back")
    recovered_on = DayField(label="Date", initial=today)
    memo = forms.CharField(max_length=300, label="Why", validators=[refuse_personal_data])


class PayForm(forms.Form):
    paid_on = DayField(label="Paid on", initial=today)


class FailForm(forms.Form):
    failed_on = DayField(label="Sent back on", initial=today)


def _months_later(day: dt.date, count: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first_of_next = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), first_of_next - dt.timedelta(days=1))
