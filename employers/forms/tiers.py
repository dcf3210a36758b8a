"""Levels of partnership."""

from django import forms

from employers.models import Tier


class TierForm(forms.Form):
    """What the institute calls a level, and what it is on the network's scale."""

    label = forms.CharField(max_length=60, label="What you call it", help_text="For example “Gold partner”.")
    scale = forms.ChoiceField(
        choices=Tier.Scale.choices,
        label="On the network's scale",
        help_text="So that institutes can be compared, whatever words each uses.",
    )
    position = forms.IntegerField(
        min_value=0, max_value=99, initial=1, label="Place in lists", help_text="The closest tier comes first."
    )
