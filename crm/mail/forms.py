"""The filters of the mail list."""

from django import forms

TABS = (("next", "Next"), ("attention", "Needs attention"), ("sent", "Sent"), ("all", "All"))


class MailFilters(forms.Form):
    """Which tab, and to whom."""

    show = forms.ChoiceField(choices=TABS, required=False)
    q = forms.CharField(max_length=100, required=False)
