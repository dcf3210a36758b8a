"""Saying which provider is paid, in any form: typed and searched for, never a list of them all."""

from typing import Any

from django import forms

from crm.identity.models import Provider
from employers.forms.choosing import Ticked, found_while_typing, only_match
from employers.forms.fields import RuledField, one_line
from sponsorships.reads.recipients import find_recipients, recipients


class RecipientRows(forms.Form):
    """Rows of a form that each may name a provider, shown as in sponsorships/agreements/draft_party.html.

    `<row>_paid_to` is what was typed, `<row>_recipient` the one that was ticked below it. In a valid form
    `cleaned_data["<row>_recipient"]` is that provider, or None where nothing was typed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices_of: dict[str, list[Provider]] = {}  # by row

    def add_recipient(self, row: str, finds: str) -> None:
        """The two fields of a row; `finds` is where what is typed is looked up."""
        self.fields[f"{row}_recipient"] = Ticked(recipients(), required=False, widget=forms.HiddenInput)
        self.fields[f"{row}_paid_to"] = RuledField(
            one_line("paid_to"),
            required=False,
            label="Paid to",
            help_text="The college or university. Type its name, or leave this empty.",
            widget=forms.TextInput(attrs=found_while_typing(finds, shown_in=f"choices-{row}")),
        )
        named = self.initial.get(f"{row}_recipient")
        if isinstance(named, Provider):
            self.choices_of[row], self.initial[f"{row}_paid_to"] = [named], named.name

    def settle_recipient(self, row: str) -> None:
        """Which provider the row means. One ticked for other words than those typed does not count; a program may send
        the provider alone.
        """
        typed, ticked = self.cleaned_data.get(f"{row}_paid_to", ""), self.cleaned_data.get(f"{row}_recipient")
        if f"{row}_paid_to" in self.errors:
            return
        if typed and not (ticked and ticked.name.casefold() == typed.casefold()):
            found = find_recipients(typed)
            ticked = ticked if ticked in found else only_match(typed, found)
            self.choices_of[row] = found
            if ticked is None:
                said = "Choose which of these providers it is." if found else "No provider of that name."
                self.add_error(f"{row}_paid_to", said if found else f"{said} Check the spelling, or leave this empty.")
        elif not typed and self.add_prefix(f"{row}_paid_to") in self.data:
            ticked = None  # the name was taken out
        self.cleaned_data[f"{row}_recipient"] = ticked
        if ticked:
            self.choices_of[row] = [ticked]
