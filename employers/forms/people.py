"""A person beyond one employer: where they went, what they said, what they may ask for."""

import uuid
from typing import Any

from django import forms
from django.urls import reverse_lazy

from crm.base.clock import today
from crm.mail.preferences import Basis, Channel, Purpose
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line
from employers.models import Employer, RightsEntry
from employers.reads.choosing import find_employers
from employers.reads.rights import Inventory
from employers.validators import clean_email, clean_phone


class MoveForm(forms.Form):
    """Where somebody is now. `who` is searched for unless one of the choices is ticked; see LogForm."""

    who = RuledField(
        one_line("who"),
        label="Where they are now",
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("employers:choices"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#choices",
                "hx-sync": "this:replace",
            }
        ),
    )
    employer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    joined_on = DayField(label="Since", initial=today)
    job_title = RuledField(one_line("job_title", 120), required=False)
    email = RuledField(clean_email, label="E-mail address there", required=False, widget=forms.EmailInput)
    phone = RuledField(
        clean_phone, label="Phone number there", required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.choices = user, []

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("who", "")
        chosen = self._ticked() or self._meant(typed)
        if chosen is None and not self.errors:
            self.add_error(
                "who", "Choose which of these it is." if self.choices else "Find an employer, or add it first."
            )
        return {**self.cleaned_data, "chosen": chosen}

    def _ticked(self) -> Employer | None:
        ticked = self.cleaned_data.get("employer")
        return Employer.objects.visible_to(self.user).filter(pk=ticked).first() if ticked else None

    def _meant(self, typed: str) -> Employer | None:
        self.choices = find_employers(typed, user=self.user) if typed else []
        exact = [employer for employer in self.choices if employer.name.casefold() == typed.casefold()]
        matches = exact or self.choices
        return matches[0] if len(matches) == 1 else None

    def facts(self) -> dict[str, Any]:
        """For move_contact."""
        told = {name: self.cleaned_data[name] for name in ("joined_on", "job_title", "email", "phone")}
        return {"employer": self.cleaned_data["chosen"], **told}


class PreferenceForm(forms.Form):
    """What somebody said about being written to."""

    purpose = forms.ChoiceField(label="About what", choices=Purpose.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label="How", choices=Channel.choices, widget=forms.RadioSelect)
    basis = forms.ChoiceField(label="What they said", choices=Basis.choices)
    source = RuledField(
        one_line("source"), label="Where they said it", help_text="On the phone, by e-mail of that day, on a form."
    )
    said_on = DayField(label="When", initial=today)


class ExportForm(forms.Form):
    """Why it is handed out, and as what."""

    reason = forms.ChoiceField(label="Why", choices=RightsEntry.Reason.choices[:1])
    form = forms.ChoiceField(
        label="As", choices=[("pdf", "A PDF to read"), ("json", "JSON for another program")], widget=forms.RadioSelect
    )


class EraseForm(forms.Form):
    """Two steps: what goes is shown, then the name is typed."""

    reason = forms.ChoiceField(label="Why", choices=RightsEntry.Reason.choices)
    name = forms.CharField(
        label="Type the person's name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    blank = forms.MultipleChoiceField(required=False)
    remove = forms.TypedMultipleChoiceField(required=False, coerce=uuid.UUID)

    def __init__(self, *args: Any, held: Inventory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person_name = held.person.name
        self.fields["blank"].choices = [(doubt.key, doubt.where) for doubt in held.doubts]
        self.fields["remove"].choices = [(str(file.pk), file.name) for file in held.files]

    def clean_name(self) -> str:
        typed = " ".join(self.cleaned_data["name"].split())
        if typed.casefold() != self.person_name.casefold():
            raise forms.ValidationError("This is not the name above. Nothing was erased.")
        return typed
