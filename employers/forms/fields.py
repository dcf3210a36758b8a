"""A text field that follows a rule of the domain."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from crm.base.clock import today
from crm.base.errors import DomainError
from employers.validators import clean_line, clean_text, parse_next_step


class RuledField(forms.CharField):
    """Cleans with a validator of the domain, whose refusal is shown at the field."""

    def __init__(self, rule: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule

    def to_python(self, value: Any) -> str:
        try:
            return self.rule(super().to_python(value))
        except DomainError as refusal:
            raise ValidationError(refusal.message) from refusal


def next_step_field() -> RuledField:
    """A next step in plain words, read by the server while it is typed; shown by employers/next_step_fields.html."""
    attrs = {
        "placeholder": "Call again in two weeks",
        "autocomplete": "off",
        "hx-get": reverse_lazy("employers:next_step"),
        "hx-trigger": "input changed delay:200ms",
        "hx-target": "#next-step-preview",
        "hx-sync": "this:replace",
    }
    return RuledField(_with_a_real_day, label="Next step", required=False, widget=forms.TextInput(attrs=attrs))


def _with_a_real_day(text: str) -> str:
    line = clean_line(text, field="next_step")
    parse_next_step(line, today=today())  # for its refusal of a day that no calendar has
    return line


def one_line(field: str, limit: int = 200) -> Callable[[str], str]:
    """The rule of a name: see clean_line."""
    return lambda text: clean_line(text, field=field, limit=limit)


def several_lines(field: str, limit: int = 4000) -> Callable[[str], str]:
    """The rule of a note: see clean_text."""
    return lambda text: clean_text(text, field=field, limit=limit)
