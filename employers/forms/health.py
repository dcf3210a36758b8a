"""The rules of relationship health."""

from typing import Any

from django import forms


def _number(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=730, widget=forms.NumberInput(attrs={"class": "short"})
    )


class HealthRulesForm(forms.Form):
    """Every number of the rules. 0 points switch a rule off."""

    slows_after_days = _number("Slowing down after (days)", "Without a call, meeting or visit.")
    slows_points = _number("Points for slowing down")
    quiet_after_days = _number("Going quiet after (days)")
    quiet_points = _number("Points for going quiet")
    our_promise_points = _number("Points for each overdue promise of ours", "A next step, or a benefit of a sponsor.")
    their_promise_points = _number("Points for each overdue promise of theirs", "A payment, for example.")
    most_promises = _number("Promises that cost points", "On either side; those beyond are shown.")
    renewal_lead_days = _number("Speak of a renewal ahead by (days)")
    renewal_points = _number("Points for a renewal that is near")
    single_contact_points = _number("Points where we know at most one person")
    watch_below = _number("“Watch” below (points)")
    attention_below = _number("“Needs attention” below (points)")
    replaces = forms.IntegerField(widget=forms.HiddenInput)

    def numbers(self) -> dict[str, Any]:
        """For set_health_rules."""
        return self.cleaned_data
