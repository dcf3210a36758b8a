"""Why a promise will not be kept."""

from django import forms

from crm.base.clock import today
from crm.web.widgets import DayField


class WaiverForm(forms.Form):
    """Why the sponsor need not pay. `pence` is what the person saw outstanding."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    pence = forms.IntegerField(widget=forms.HiddenInput)


class TerminationForm(forms.Form):
    """When it ends, why, and what shows it."""

    terminated_on = DayField(
        initial=today,
        label="Ends on",
        help_text="What falls due by that day is still owed. The outstanding part of everything later is written off.",
    )
    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(
        max_length=300,
        label="Where the evidence is kept",
        help_text="For example the sponsor's letter, or the minutes in which the board agreed.",
    )
