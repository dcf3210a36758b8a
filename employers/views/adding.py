"""Adding an employer, and never twice."""

from typing import Any

from django.urls import reverse

from crm.base.errors import DomainError
from crm.base.names import normalise_company_number
from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from employers.actions import DuplicateEmployer, add_employer
from employers.forms import AddEmployerForm
from employers.models import Employer
from employers.reads.duplicates import Candidate, possible_duplicates
from employers.reads.network import known_in_network
from employers.validators import clean_line, clean_website


class AddEmployer(FormPage):
    """A new employer. Those it may be already are shown while the name is typed, and again on sending."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/add.html"
    title = "Add employer"
    form_class = AddEmployerForm
    candidates: list[Candidate] = []

    def get_initial(self) -> dict[str, Any]:
        name = self.request.GET.get("name", "")[:200]
        return {"name": name, "stage": Employer.Stage.PROSPECT, "owner": self.request.user.pk}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(candidates=self.candidates, back_url=reverse("employers:list"), **extra)

    def act(self, form: AddEmployerForm) -> str:
        try:
            employer = add_employer(by=self.request.user, **form.facts())
        except DuplicateEmployer as duplicate:
            self.candidates = duplicate.candidates
            if not {candidate.employer.pk for candidate in self.candidates} <= form.seen_ids():
                raise
            # Everyone it may be stood on the page, and the person sent it all the same.
            employer = add_employer(by=self.request.user, confirmed=True, **form.facts())
        return reverse("employers:record", args=[employer.pk])


class Candidates(Page):
    """The warning under the name: which employers this one may be."""

    permission = Permission.EDIT_EMPLOYERS
    template_name = "employers/candidates.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        typed = self.request.GET
        known = known_in_network(typed.get("company_number", "") or typed.get("name", ""))
        return super().get_context(candidates=self._candidates(), known=known, **extra)

    def _candidates(self) -> list[Candidate]:
        typed = self.request.GET
        return possible_duplicates(
            name=_or_nothing(lambda: clean_line(typed.get("name", ""), field="name")),
            company_number=_or_nothing(lambda: normalise_company_number(typed.get("company_number", ""))),
            website=_or_nothing(lambda: clean_website(typed.get("website", ""))),
        )


def _or_nothing(clean: Any) -> str:
    """A value half typed is no value yet."""
    try:
        return clean()
    except DomainError:
        return ""
