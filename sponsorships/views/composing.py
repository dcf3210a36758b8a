"""Logging a contribution from an employer's record."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.registry import composers
from crm.core.views import FormPage
from crm.identity.roles import Permission
from employers.actions import add_follow_up
from employers.models import Employer
from sponsorships.actions.contributions import record_contribution
from sponsorships.forms.composing import QuickContributionForm


@composers.register
class LogContribution:
    """A gift in kind, in one form on an employer's record; its worth is said afterwards."""

    slot, name, label, order = "employer", "contribution", "Contribution", 10
    permission = Permission.EDIT_CONTRIBUTIONS
    template = "sponsorships/composing.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """An empty form."""
        return {"form": QuickContributionForm()}


class ComposeContribution(FormPage):
    """What the composer of the record sends; what is wrong is shown here."""

    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/compose_contribution.html"
    form_class = QuickContributionForm
    success_message = "Contribution logged. It counts once it is valued and a second person has approved it."

    def prepare(self) -> None:
        self.employer = get_object_or_404(Employer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = f"Log a contribution of {self.employer.name}"
        return super().get_context(**extra | {"title": title}, employer=self.employer)

    def act(self, form: QuickContributionForm) -> str:
        by = self.request.user
        record_contribution(employer=self.employer, by=by, **form.facts())
        step = form.parsed_next_step()
        if step:
            add_follow_up(title=step.title, due_on=step.due_on, owner=by, employer=self.employer, by=by)
        return self._record_url()

    def _record_url(self) -> str:
        return reverse("employers:record", args=[self.employer.pk])
