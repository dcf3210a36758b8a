"""What the pages about a partnership's facts share."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import FormPage, ListPage
from employers.models import Employer

SIBLINGS = [
    ("Promises", "employers:promises"),
    ("Skills needs", "employers:skills"),
    ("Curriculum", "employers:curriculum"),
    ("Governance", "employers:seats"),
    ("Live projects", "employers:projects"),
]


class FactList(ListPage):
    """A list over all employers, or of the one asked for, beside its siblings."""

    here = ""  # its address's name

    def get_context(self, **extra: Any) -> dict[str, Any]:
        filters = extra["filters"]
        one = filters.get("employer")
        employer = Employer.objects.visible_to(self.request.user).filter(pk=one).first() if one else None
        only = f"?employer={employer.pk}" if employer else ""
        return super().get_context(
            siblings=[
                {"label": label, "url": reverse(name) + only, "current": name == self.here} for label, name in SIBLINGS
            ],
            of_employer=employer,
            everybody_url=reverse(self.here),
            is_narrowed=any(filters.values()),
            **extra,
        )


class FactMixin:
    """Loads the fact of the address (`self.row`), whose `employer` it is about."""

    row: Any

    def rows(self) -> QuerySet:
        """Where the fact is looked for, joined with its employer."""
        raise NotImplementedError

    def prepare(self) -> None:
        self.row = get_object_or_404(self.rows().visible_to(self.request.user), pk=self.kwargs["pk"])

    @property
    def employer(self) -> Employer:
        return self.row.employer

    def record_url(self) -> str:
        return reverse("employers:record", args=[self.employer.pk])


class FactFormPage(FormPage):
    """One short form, which goes back to the record."""

    template_name = "employers/form_page.html"
    submit_label = "Save"

    def heading(self) -> str:
        """What stands on top."""
        raise NotImplementedError

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            **{
                "title": self.heading(),
                "submit_label": self.submit_label,
                "employer": self.employer,
                "back_url": self.record_url(),
                **extra,
            }
        )

    def act(self, form: forms.Form) -> str:
        self.do(form)
        return self.record_url()

    def do(self, form: forms.Form) -> None:
        """Call the action."""
        raise NotImplementedError
