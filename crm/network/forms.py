"""Offering facts to another institute."""

import datetime as dt
from typing import Any

from django import forms

from crm.base.clock import today
from crm.base.context import NETWORK_ID, acting_institute
from crm.identity.models import Institute
from crm.network.actions.shares import Terms
from crm.web.widgets import DayField

USUAL_DAYS = 90


class TermsForm(forms.Form):
    """Which facts, until when, and why. The rules are in the actions."""

    fields_shared = forms.MultipleChoiceField(
        label="What they may read", widget=forms.CheckboxSelectMultiple, help_text="Nothing else is ever shown to them."
    )
    until = DayField(label="Until the end of")
    purpose = forms.CharField(label="What for", required=False, max_length=300, help_text="They read this too.")

    def __init__(self, *args: Any, shareable: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_shared"].choices = [(field.name, field.label) for field in shareable.fields]
        self.fields["until"].initial = today() + dt.timedelta(days=USUAL_DAYS)

    def terms(self) -> dict[str, Any]:
        """For grant_request."""
        told = self.cleaned_data
        return {"fields": told["fields_shared"], "until": told["until"], "purpose": told["purpose"]}


class ShareForm(TermsForm):
    """The same, and with whom."""

    receiver = forms.ModelChoiceField(None, label="With", empty_label="Choose an institute")
    field_order = ("receiver", "fields_shared", "until", "purpose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Institute.objects.filter(is_live=True).exclude(pk=acting_institute()).order_by("kind", "short_name")
        self.fields["receiver"].queryset = others
        self.fields["receiver"].label_from_instance = _name

    def as_terms(self) -> Terms:
        """For propose_share."""
        return Terms(receiver=self.cleaned_data["receiver"], **self.terms())


def _name(institute: Institute) -> str:
    return "The network's lead" if institute.pk == NETWORK_ID else institute.short_name
