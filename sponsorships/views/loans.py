"""Lent equipment: it went back, or may stay longer."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import FormPage
from crm.identity.roles import Permission
from sponsorships.actions.loans import extend_loan, return_equipment
from sponsorships.forms.contributions import ExtensionForm, ReturnForm
from sponsorships.models import ContributionLine


class _LentLinePage(FormPage):
    """Base of what is said about one lent item (`self.line`)."""

    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/small_form.html"

    def prepare(self) -> None:
        rows = ContributionLine.objects.visible_to(self.request.user).filter(return_on__isnull=False)
        self.line = get_object_or_404(rows.select_related("contribution"), pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(back_url=self.contribution_url(), **extra)

    def contribution_url(self) -> str:
        return reverse("sponsorships:contribution", args=[self.line.contribution_id])


class Returned(_LentLinePage):
    title = "When did it go back?"
    form_class = ReturnForm
    success_message = "Noted. Nobody is reminded of it any more."

    def act(self, form: ReturnForm) -> str:
        return_equipment(line=self.line, **form.cleaned_data, by=self.request.user)
        return self.contribution_url()


class ExtendLoan(_LentLinePage):
    title = "Until when may it stay?"
    form_class = ExtensionForm
    success_message = "Noted. The reminders move with it."

    def get_initial(self) -> dict[str, Any]:
        return {"return_on": self.line.return_on}

    def act(self, form: ExtensionForm) -> str:
        extend_loan(line=self.line, **form.cleaned_data, by=self.request.user)
        return self.contribution_url()
