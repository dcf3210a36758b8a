"""Inviting somebody, and noting the time they gave."""

from django import forms

from events.models import Volunteer


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
