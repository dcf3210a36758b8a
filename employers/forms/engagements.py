"""Logging a conversation."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from crm.base.clock import moment_on, today
from crm.web.widgets import DayField
from employers.forms.choosing import only_match, which_one, who_field
from employers.forms.fields import RuledField, next_step_field, several_lines
from employers.models import Contact, Employer, Engagement
from employers.reads.choosing import find_employers
from employers.reads.people import colleagues
from employers.validators import NextStep, parse_next_step


class LogForm(forms.Form):
    """Three things must be said: with whom, how, and what. The rest is there when it is wanted.

    `employer` is an id, chosen on the page; without one, `who` (what was typed) is searched for, and a single good
    match is taken. `self.choices` are the employers to choose among when that fails.
    """

    who = who_field(autofocus="autofocus")
    employer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="How", choices=Engagement.Kind.choices, widget=forms.RadioSelect)
    summary = RuledField(several_lines("summary"), label="What happened", widget=forms.Textarea(attrs={"rows": 3}))
    next_step = next_step_field()
    next_step_on = DayField(label="Due", required=False)
    next_step_owner = forms.ModelChoiceField(None, label="For", required=False, empty_label="Me")
    happened_on = DayField(label="Day", required=False)
    minutes = forms.IntegerField(
        required=False, min_value=1, max_value=24 * 60, widget=forms.NumberInput(attrs={"class": "short"})
    )
    contacts = forms.ModelMultipleChoiceField(
        None, label="Who took part", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        employer: Employer | None = None,
        people: Iterable[Contact] | None = None,
        user: Any,
        **kwargs: Any,
    ) -> None:
        """`people` are those of the employer who are still there, where the page has them at hand."""
        super().__init__(*args, **kwargs)
        self.user, self.chosen, self.choices = user, employer, []
        self.fields["who"].required = employer is None
        self.fields["next_step_owner"].queryset = colleagues().exclude(pk=user.pk)
        there = Contact.objects.visible_to(user).still_there().filter(employer=employer)
        self.fields["contacts"].queryset = there if employer else Contact.objects.none()
        if not self.is_bound:  # asked for once, however often the page looks at them
            shown = self.fields["contacts"].queryset if people is None else people
            self.fields["contacts"].choices = [(person.pk, person.name) for person in shown]

    def clean(self) -> dict[str, Any]:
        if self.chosen is None and "who" in self.cleaned_data:
            self.choices = find_employers(self.cleaned_data["who"], user=self.user)
            self.chosen = only_match(self.cleaned_data["who"], self.choices)
            if self.chosen is None:
                self.add_error("who", which_one(self.choices))
        self._check_next_step()
        self.cleaned_data["chosen"] = self.chosen
        return self.cleaned_data

    def _check_next_step(self) -> None:
        if "next_step" in self.errors:
            return
        words, due_on = self.cleaned_data.get("next_step"), self.cleaned_data.get("next_step_on")
        if due_on and not words:
            self.add_error("next_step", "Write what is to be done on that day.")
        step = parse_next_step(words or "", today=today())
        if step and (due_on or step.due_on) < today():
            self.add_error("next_step_on" if due_on else "next_step", "Choose a due date from today on.")

    def moment(self) -> dt.datetime:
        """When it happened: now for today, noon in London for another day."""
        day = self.cleaned_data["happened_on"]
        return moment_on(day or today())

    def parsed_next_step(self) -> NextStep | None:
        """The next step as read from the words; a date in its own field wins."""
        step = parse_next_step(self.cleaned_data["next_step"], today=today())
        due_on = self.cleaned_data["next_step_on"]
        if step is None or due_on is None:
            return step
        return NextStep(title=step.title, due_on=due_on, asked_on=due_on)
