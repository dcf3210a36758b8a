"""Saying which employer is meant, in any form: typed and searched for, never a list of them all."""

from typing import Any, TypeVar

from django import forms
from django.db.models import Model
from django.urls import reverse_lazy

from employers.forms.fields import RuledField, one_line
from employers.models import Employer
from employers.reads.choosing import find_employers

Named = TypeVar("Named", bound=Model)


def who_field(**attrs: str) -> RuledField:
    """The name as it is typed; what it may mean is shown below while typing."""
    shown = found_while_typing(reverse_lazy("employers:choices"), shown_in="choices")
    return RuledField(one_line("who"), label="Employer", widget=forms.TextInput(attrs=shown | attrs))


def found_while_typing(at: str, *, shown_in: str) -> dict[str, str]:
    """Attributes of an input: what is typed is looked up at an address, and shown in the element of that id."""
    return {
        "autocomplete": "off",
        "data-chooses": shown_in,
        "hx-get": at,
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{shown_in}",
        "hx-sync": "this:replace",
    }


def only_match(typed: str, choices: list[Named]) -> Named | None:
    """The one that is called exactly so, or the only one there is."""
    exact = [choice for choice in choices if choice.name.casefold() == typed.casefold()]
    matches = exact or choices
    return matches[0] if len(matches) == 1 else None


def which_one(choices: list[Employer]) -> str:
    """What to do when it is not clear which employer is meant."""
    if choices:
        return "Choose which of these employers it was."
    return "No employer of that name. Check the spelling, or add it first."


class Ticked(forms.ModelChoiceField):
    """A row of its queryset; None for anything else, because what was typed says it better."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class EmployerForm(forms.Form):
    """A form about one employer, shown by employers/choose_employer.html.

    `who` is what was typed, `employer` the one that was ticked below it. When the form is valid,
    `cleaned_data["employer"]` is that employer. One ticked for other words than those typed does not count: without
    scripts the tick stays while the words change.
    """

    who = who_field()
    employer = Ticked(queryset=None, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.choices: list[Employer] = []
        self.fields["employer"].queryset = Employer.objects.visible_to(user)
        first = self.initial.get("employer")
        named = first if isinstance(first, Employer) else self.fields["employer"].clean(first)
        if named:
            self.choices, self.initial["who"] = [named], named.name

    def full_clean(self) -> None:
        """A program may send the employer alone; on the page the name is asked for."""
        self.fields["who"].required = False
        super().full_clean()
        self.fields["who"].required = True

    def clean_employer(self) -> Employer | None:
        typed, ticked = self.cleaned_data.get("who", ""), self.cleaned_data["employer"]
        if typed and not (ticked and ticked.name.casefold() == typed.casefold()):
            self.choices = find_employers(typed, user=self.user)
            ticked = ticked if ticked in self.choices else only_match(typed, self.choices)
        if ticked:
            self.choices = [ticked]
        elif "who" not in self.errors:
            self.add_error("who", which_one(self.choices) if typed else "Type the employer's name.")
        return ticked
