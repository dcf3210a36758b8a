"""Booking a school's group: headcounts and a work contact, nothing about any pupil."""

import uuid
from typing import Any

from django import forms

from crm.audit.edits import VersionField
from employers.models import Contact


class SchoolForm(forms.Form):
    """A school that is not on the list yet."""

    name = forms.CharField(max_length=200, label="Name of the school")
    urn = forms.CharField(max_length=6, required=False, label="URN", help_text="Six digits, if you know it.")
    town = forms.CharField(max_length=100, required=False)


class NumbersForm(forms.Form):
    """How many come, and what they need."""

    pupils = forms.IntegerField(min_value=1, max_value=400)
    adults = forms.IntegerField(min_value=1, max_value=100, help_text="Teachers and helpers from the school.")
    step_free = forms.IntegerField(min_value=0, max_value=400, initial=0, label="Pupils who need step-free access")
    dietary = forms.IntegerField(min_value=0, max_value=400, initial=0, label="Pupils with dietary needs")
    support_places = forms.IntegerField(min_value=0, max_value=400, initial=0, label="Pupils who need a support place")


class ChangedNumbersForm(NumbersForm):
    """Other numbers for a group that is booked."""

    version = VersionField()


class BookingForm(NumbersForm):
    """A group and the teacher to write to: one known at the school, or a new one."""

    contact = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="Somebody new", label="Lead teacher", help_text="Gets the reminders."
    )
    contact_name = forms.CharField(max_length=200, required=False, label="Name of a new lead teacher")
    contact_email = forms.EmailField(required=False, label="Their work e-mail")
    join_waiting_list = forms.BooleanField(required=False, label="Put on the waiting list when all places are taken")

    field_order = ["contact", "contact_name", "contact_email", "pupils", "adults"]

    def __init__(self, *args: Any, school_id: uuid.UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teachers = Contact.objects.filter(provider_id=school_id).still_there()
        self.fields["contact"].queryset = teachers
        if not self.is_bound:
            self.initial.setdefault("contact", teachers.first())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("contact") and not self.errors.get("contact"):
            for name, missing in (
                ("contact_name", "Enter the lead teacher's name."),
                ("contact_email", "Enter their work e-mail."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        return data


class AttendanceForm(forms.Form):
    """Who came, as a number."""

    attended_pupils = forms.IntegerField(
        min_value=0, max_value=800, label="Pupils who came", help_text="0 if the group did not come."
    )
