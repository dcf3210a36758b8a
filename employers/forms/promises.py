"""Promises on either side."""

from typing import Any

from django import forms

from crm.audit.edits import VersionField
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line
from employers.models import Contact, Employer, Promise
from employers.reads.people import colleagues_and

STATES = [("due", "Due"), ("overdue", "Overdue"), *Promise.State.choices, ("all", "All")]


class PromiseForm(forms.Form):
    """Who promised what until when; `side` is settled once the promise is noted."""

    side = forms.ChoiceField(choices=Promise.Side.choices, label="Who promised?", widget=forms.RadioSelect)
    what = RuledField(one_line("what"), label="What?", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    due_on = DayField(label="Until when?")
    owner = forms.ModelChoiceField(
        None, label="Who sees to it?", empty_label=None, help_text="They are reminded the day after it was due."
    )
    contact = forms.ModelChoiceField(None, label="With whom?", required=False, empty_label="Nobody in particular")
    version = VersionField()

    def __init__(self, *args: Any, employer: Employer, promise: Promise | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues_and(promise.owner_id if promise else None)
        people = Contact.objects.still_there().filter(employer=employer)
        if promise:
            del self.fields["side"]
            people = people | Contact.objects.filter(pk=promise.contact_id, employer=employer)
        self.fields["contact"].queryset = people

    def facts(self) -> dict[str, Any]:
        """For make_promise and change_promise."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class LetGoForm(forms.Form):
    """Why a promise is expected no more."""

    reason = RuledField(one_line("reason"), label="Why is it let go?")


class PromiseFilters(forms.Form):
    """What the list shows: the open ones unless said."""

    q = forms.CharField(required=False, max_length=100, help_text="Words of the promise or the employer.")
    state = forms.ChoiceField(required=False, choices=STATES, help_text="open if left out; due is today or before.")
    side = forms.ChoiceField(required=False, choices=Promise.Side.choices, help_text="Who promised.")
    owner = forms.UUIDField(required=False, help_text="Seen to by this colleague.")
    employer = forms.UUIDField(required=False, help_text="By or to this employer.")
