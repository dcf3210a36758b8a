"""Employers: adding, changing, linking."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy

from crm.audit.edits import VersionField
from crm.base.names import normalise_company_number
from crm.core.reference.shipped import IS8_SECTORS
from crm.web.widgets import DayField
from employers.forms.fields import RuledField, one_line, several_lines
from employers.models import Employer, Tier
from employers.reads.employer_filters import CHOICES
from employers.reads.people import colleagues_and
from employers.validators import clean_postcode, clean_website


class _EmployerFacts(forms.Form):
    def __init__(self, *args: Any, employer: Employer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = Tier.objects.all()
        self.fields["owner"].queryset = colleagues_and(employer.owner_id if employer else None)

    def _common(self) -> dict[str, Any]:
        """The facts as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name in FACTS}


FACTS = (
    "name", "tier", "owner", "sector", "is8_sector", "sic_section", "size_band", "website", "town", "postcode",
    "region", "since_on", "notes",
)  # fmt: skip


def _choice(label: str, empty: str, help_text: str = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(None, label=label, required=False, empty_label=empty, help_text=help_text)


def _listed(label: str, choices: Iterable[tuple[str, str]], help_text: str = "") -> forms.ChoiceField:
    """A fact of which the public lists know every value."""
    offered = [("", "Not recorded"), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=False, help_text=help_text)


def _watched(**attrs: str) -> forms.TextInput:
    """An input that asks for likely duplicates while it is filled in."""
    return forms.TextInput(
        attrs={
            "hx-get": reverse_lazy("employers:candidates"),
            "hx-trigger": "input changed delay:300ms, change",
            "hx-target": "#candidates",
            "hx-include": "#id_name, #id_website, #id_company_number",
            "hx-sync": "closest form:replace",
            "autocomplete": "off",
            **attrs,
        }
    )


class AddEmployerForm(_EmployerFacts):
    """A new employer: its name first, because the name finds the duplicates."""

    name = RuledField(one_line("name"), widget=_watched(autofocus="autofocus"))
    website = RuledField(clean_website, required=False, widget=_watched())
    company_number = RuledField(normalise_company_number, required=False, widget=_watched())
    legal_name = RuledField(
        one_line("legal_name"),
        required=False,
        help_text="As Companies House shows it; only for a number new to the register that all institutes share.",
    )
    sector = RuledField(one_line("sector", 80), required=False)
    town = RuledField(one_line("town", 100), required=False)
    stage = forms.ChoiceField(choices=Employer.Stage.choices)
    tier = _choice("Tier", "None yet")
    owner = _choice("Owner", "Nobody yet", "Who looks after them.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """For add_employer."""
        more = {name: self.cleaned_data[name] for name in ("company_number", "legal_name", "stage")}
        return {**self._common(), **more}

    def seen_ids(self) -> set[uuid.UUID]:
        """The likely duplicates that stood on the page when it was sent."""
        return {uuid.UUID(part) for part in self.data.getlist("seen") if _is_uuid(part)}


class EmployerForm(_EmployerFacts):
    """All the facts of an employer."""

    name = RuledField(one_line("name"))
    tier = _choice("Tier", "None yet")
    owner = _choice("Owner", "Nobody yet", "Who looks after them.")
    sector = RuledField(one_line("sector", 80), required=False, help_text="In your own words.")
    is8_sector = _listed("IS-8 sector", IS8_SECTORS.items(), "Of the Industrial Strategy.")
    sic_section = _listed("SIC section", CHOICES["sic_section"])
    size_band = _listed("People employed", Employer.SizeBand.choices)
    website = RuledField(clean_website, required=False)
    town = RuledField(one_line("town", 100), required=False)
    postcode = RuledField(clean_postcode, required=False)
    region = _listed("Region", CHOICES["region"], "Taken from the postcode where its district is known.")
    since_on = DayField(label="Partner since", required=False)
    notes = RuledField(several_lines("notes"), required=False, widget=forms.Textarea(attrs={"rows": 5}))
    version = VersionField()

    def facts(self) -> dict[str, Any]:
        """For change_employer."""
        return self._common()


class LinkForm(forms.Form):
    """The legal entity behind an employer."""

    company_number = RuledField(normalise_company_number, help_text="Eight characters, from Companies House.")
    legal_name = RuledField(
        one_line("legal_name"),
        required=False,
        help_text="As Companies House shows it. Only needed when the number is new to the shared register.",
    )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
