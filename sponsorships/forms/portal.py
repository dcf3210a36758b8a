"""Opening the sponsor report to a contact."""

from typing import Any

from django import forms
from django.db.models import QuerySet


class PortalAccessForm(forms.Form):
    """Which of the employer's people."""

    contact = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", help_text="They sign in with a code sent to their e-mail address."
    )

    def __init__(self, *args: Any, contacts: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts
