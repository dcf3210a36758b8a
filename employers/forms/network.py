"""Asking the other institutes."""

from django import forms

from employers.forms.fields import RuledField, one_line


class AskForm(forms.Form):
    """What one would like to know, and why."""

    message = RuledField(
        one_line("message", 300),
        label="Why you ask",
        required=False,
        help_text="They read it with the name of your institute. Name nobody.",
    )


class FindCompanyForm(forms.Form):
    """A company by number or whole name."""

    number = forms.CharField(required=False, max_length=200)
