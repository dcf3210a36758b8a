"""People at an employer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from crm.audit.edits import VersionField
from crm.base.clock import today
from crm.core.personal_data import SignIn
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line
from employers.models import ContactRole
from employers.validators import clean_email, clean_phone


class ContactForm(forms.Form):
    """A person, and what they are to the institute."""

    name = RuledField(one_line("name"))
    job_title = RuledField(one_line("job_title", 120), required=False)
    email = RuledField(
        clean_email, label="E-mail address", required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = RuledField(
        clean_phone, label="Phone number", required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    roles = forms.MultipleChoiceField(
        choices=ContactRole.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A role ticked starts today; one unticked ends today.",
    )
    version = VersionField()

    def __init__(self, *args: Any, ways_in: Sequence[SignIn] = (), **kwargs: Any) -> None:
        """`ways_in`: what they sign in to, where whoever fills the form in may say with which address."""
        super().__init__(*args, **kwargs)
        if ways_in:
            self.fields["moves_sign_in"] = _moves_sign_in(ways_in)
            self.order_fields(["name", "job_title", "email", "moves_sign_in"])

    def facts(self) -> dict[str, Any]:
        """For add_contact and change_contact."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("roles", "version")}


def _moves_sign_in(ways_in: Sequence[SignIn]) -> forms.BooleanField:
    now = " and ".join(f"{way.to} with {way.address}" for way in ways_in)
    return forms.BooleanField(
        required=False,
        label="They sign in with the new address from now on",
        help_text=f"Now they sign in to {now}. If you change their address, tick this: the old one stops working at"
        " once, and a mail tells the new one where to sign in.",
    )


class LeftForm(forms.Form):
    """When somebody left."""

    left_on = DayField(label="Day they left", initial=today)
