"""Inputs that Django has only half."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


class DayInput(forms.DateInput):
    """A date picker. The browser wants ISO dates whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs={"class": "short", **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day from 1900 to 2199: a slip like 0026 is said at the field, and no sum of days leaves the calendar."""

    widget = DayInput

    def to_python(self, value: object) -> dt.date | None:
        day = super().to_python(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(f"Check the year: enter a day from {EARLIEST.year} to {LATEST.year}.", code="year")
        return day
