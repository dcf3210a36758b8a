"""Duplicates: filters of the queue, the choice of facts, other names."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from employers.forms.fields import RuledField, one_line
from employers.models import DuplicatePair, EmployerName
from employers.reads.merging import Fact


class PairFilters(forms.Form):
    """What the queue shows: pairs to be looked at unless said."""

    state = forms.ChoiceField(
        required=False, choices=DuplicatePair.State.choices, help_text="open (if left out), different or merged."
    )
    employer = forms.UUIDField(required=False, help_text="With this employer on either side.")


class MergeForm(forms.Form):
    """For each fact in which two employers differ: the kept one's, or the other's. `keep` says which one is kept."""

    keep = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, facts: Sequence[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = [fact for fact in facts if fact.differs]
        for fact in self.facts:
            self.fields[fact.name] = forms.ChoiceField(
                label=fact.label,
                choices=[("kept", fact.kept), ("other", fact.other)],
                initial="other" if fact.from_other else "kept",
                required=False,
                widget=forms.RadioSelect,
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each fact with its two sides as the page shows them."""
        return [{"fact": fact, "taken": self._taken(fact.name)} for fact in self.facts]

    def taken(self) -> set[str]:
        """The facts that come from the other one."""
        return {fact.name for fact in self.facts if self._taken(fact.name)}

    def _taken(self, name: str) -> bool:
        return (self[name].value() or "kept") == "other"

    @property
    def kept_id(self) -> uuid.UUID:
        return self.cleaned_data["keep"]


class OtherNameForm(forms.Form):
    """A trading or former name, or a company number it had before."""

    FORMER_NUMBER = "former_number"

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[*EmployerName.Kind.choices, (FORMER_NUMBER, "Former company number")],
        widget=forms.RadioSelect,
        initial=EmployerName.Kind.TRADING,
    )
    name = RuledField(one_line("name"), label="Name or number", widget=forms.TextInput(attrs={"autocomplete": "off"}))
