"""Tags, views that are kept, and one fact for many employers."""

from typing import Any

from django import forms

from crm.audit.edits import VersionField
from employers.forms.fields import RuledField, one_line
from employers.models import BulkChange, Tag, Tier
from employers.reads.people import colleagues


class TagForm(forms.Form):
    """A tag by its name."""

    name = RuledField(one_line("name", 40), label="Tag", help_text="For example “T Level host”.")


class TagsForm(forms.Form):
    """The tags on one employer, and perhaps one that is new."""

    tags = forms.ModelMultipleChoiceField(None, required=False, widget=forms.CheckboxSelectMultiple)
    another = RuledField(one_line("another", 40), required=False, label="Another tag")
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].queryset = Tag.objects.all()


class ViewForm(forms.Form):
    """A name for what the list shows."""

    name = RuledField(one_line("name", 60), help_text="For example “Anchors in the Humber”.")
    is_shared = forms.BooleanField(required=False, label="Show it to my colleagues too")
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    columns = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


_LABELS = {"owner": "New owner", "tier": "New tier", "tag": "Tag to put on", "untag": "Tag to take off"}
_EMPTY = {"owner": "Nobody", "tier": "No tier", "tag": "", "untag": ""}


class BulkForm(forms.Form):
    """What all the chosen employers get. `fact` decides what `to` offers; a tag may be new."""

    fact = forms.ChoiceField(choices=BulkChange.Fact.choices, widget=forms.HiddenInput)
    to = forms.ModelChoiceField(None, required=False)
    another = RuledField(one_line("another", 40), required=False, label="Or a new tag")
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, fact: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {"owner": colleagues, "tier": Tier.objects.all}.get(fact, Tag.objects.all)
        field = self.fields["to"]
        field.queryset, field.label, field.empty_label = rows(), _LABELS[fact], _EMPTY[fact]
        if fact != "tag":
            del self.fields["another"]

    def clean(self) -> dict[str, Any]:
        """A tag is needed: nobody and no tier are something to choose, no tag is not."""
        found = super().clean()
        if found.get("fact") in ("tag", "untag") and not (found.get("to") or found.get("another")):
            self.add_error("to", "Choose a tag.")
        return found
