"""Inputs that Django has only half."""

from django import forms


class DayInput(forms.DateInput):
    """A date picker. The browser wants ISO dates whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs={"class": "short", **(attrs or {})}, format="%Y-%m-%d")
