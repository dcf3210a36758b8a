"""The query string of the list of employers."""

from typing import Any

from django import forms

from employers.reads.employer_filters import SORTS, VIEWS

MOST_TAGS = 10


class SeveralField(forms.MultipleChoiceField):
    """The same word several times, whatever is said; more than `most` are left out."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.most = most

    def valid_value(self, value: str) -> bool:
        return True

    def to_python(self, value: Any) -> list[str]:
        return super().to_python(value)[: self.most]


class EmployerFilters(forms.Form):
    """Whatever is not understood is left out, or matches nothing; a link never fails."""

    q = forms.CharField(required=False, max_length=100)
    view = forms.ChoiceField(required=False, choices=VIEWS.items())
    stage = forms.CharField(required=False, max_length=20)
    tier = forms.CharField(required=False, max_length=36, help_text="An id, or none.")
    owner = forms.CharField(required=False, max_length=36, help_text="An id, or none.")
    health = forms.CharField(required=False, max_length=10)
    contact = forms.CharField(required=False, max_length=10, help_text="30, 31-90, over-90 (days) or never.")
    tag = SeveralField(MOST_TAGS, help_text="An id; said again, all of them are on the employer.")
    sector = forms.CharField(required=False, max_length=80)
    is8_sector = forms.CharField(required=False, max_length=30)
    sic_section = forms.CharField(required=False, max_length=1)
    size_band = forms.CharField(required=False, max_length=12)
    region = forms.CharField(required=False, max_length=40)
    lsip_area = forms.CharField(required=False, max_length=100)
    local_authority = forms.CharField(required=False, max_length=100)
    sort = forms.ChoiceField(required=False, choices=[(key, key) for key in SORTS])
