"""Inviting somebody, and noting the time they gave."""

import datetime as dt
from typing import Any

from django import forms

from events.models import Volunteer
from sponsorships.models.rate_card import rates_on

# What people usually do in a role, as the rate card grades work; whoever counts the time may choose otherwise.
_USUAL_GRADE = {Volunteer.Role.HELPER: "unskilled", Volunteer.Role.MENTOR: "skilled"}


class InvitationForm(forms.Form):
    """What the person is asked to do."""

    role = forms.ChoiceField(choices=Volunteer.Role.choices, label="What they would do")
    is_unsupervised = forms.BooleanField(
        required=False,
        label="Works with pupils without supervision",
        help_text="Then note that a check was seen before you mark them as coming. Keep no certificate.",
    )


class TimeForm(forms.Form):
    """Hours given on the day."""

    hours = forms.DecimalField(
        min_value=0.25, max_value=24, max_digits=4, decimal_places=2, help_text="For example 6.5."
    )


class CountTimeForm(forms.Form):
    """A rate for each volunteer's time, or none where it shall not be counted."""

    def __init__(self, *args: Any, volunteers: list[Volunteer], day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.volunteers = volunteers
        rates = rates_on(day)
        choices = [(rate.code, f"{rate.grade}: £{rate.pence_per_day // 100} a day of seven hours") for rate in rates]
        for volunteer in volunteers:
            grade = _USUAL_GRADE.get(volunteer.role, "professional")
            usual = next((rate.code for rate in rates if rate.code.startswith(grade)), "")
            label = f"{volunteer.contact.name}, {volunteer.contact.employer.name}: {volunteer.hours}"
            self.fields[f"rate_{volunteer.pk.hex}"] = forms.ChoiceField(
                choices=[("", "Not now"), *choices], required=False, initial=usual, label=label
            )

    def chosen(self) -> list[tuple[Volunteer, str]]:
        """Whose time is counted, and at which rate."""
        rated = [(volunteer, self.cleaned_data[f"rate_{volunteer.pk.hex}"]) for volunteer in self.volunteers]
        return [(volunteer, code) for volunteer, code in rated if code]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not any(data.values()):
            raise forms.ValidationError("Choose a rate for at least one volunteer.")
        return data
