"""People at an employer."""

from django import forms

from crm.audit.edits import VersionField
from crm.base.clock import today
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

    def facts(self) -> dict[str, str]:
        """For add_contact and change_contact."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("roles", "version")}


class LeftForm(forms.Form):
    """When somebody left."""

    left_on = DayField(label="Day they left", initial=today)
