"""Valuing a line, and deciding on what somebody else valued."""

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from sponsorships.actions.valuations import approve_valuation, return_valuation, submit_valuation
from sponsorships.forms.contributions import ReasonForm, ValuationForm
from sponsorships.models import ContributionLine, Valuation


class ValueLine(FormPage):
    permission = Permission.EDIT_CONTRIBUTIONS
    template_name = "sponsorships/contributions/value.html"
    title = "What is it worth?"
    form_class = ValuationForm
    success_message = "Sent for approval. Somebody else decides."

    def prepare(self) -> None:
        rows = ContributionLine.objects.visible_to(self.request.user).select_related("contribution__employer")
        self.line = get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"day": self._day()}

    def get_initial(self) -> dict[str, Any]:
        at_a_rate = self.line.valuations.filter(basis=Valuation.Basis.RATE_CARD).order_by("-version")
        before = at_a_rate.values_list("rate_code", flat=True).first() or ""
        return ValuationForm.initial_for(self.line, self.line.contribution.kind, self._day(), before=before)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(line=self.line, back_url=self._contribution_url(), **extra)

    def act(self, form: ValuationForm) -> str:
        submit_valuation(line=self.line, **form.facts(), by=self.request.user)
        return self._contribution_url()

    def _day(self) -> dt.date:
        """Whose rates apply."""
        return self.line.contribution.given_on

    def _contribution_url(self) -> str:
        return reverse("sponsorships:contribution", args=[self.line.contribution_id])


class _ValuationPage(Page):
    """Base of the two decisions on `self.valuation`."""

    permission = Permission.APPROVE_VALUATIONS

    def prepare(self) -> None:
        rows = Valuation.objects.visible_to(self.request.user).select_related("line__contribution__employer")
        self.valuation = get_object_or_404(rows, pk=self.kwargs["pk"])

    def back_url(self) -> str:
        return reverse("sponsorships:contribution", args=[self.valuation.line.contribution_id])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(valuation=self.valuation, back_url=self.back_url(), **extra)


class Approve(_ValuationPage, ActionView):
    success_message = "Approved."

    def act(self) -> str:
        approve_valuation(valuation=self.valuation, by=self.request.user)
        return self.back_url()


class AskForChange(_ValuationPage, FormPage):
    template_name = "sponsorships/small_form.html"
    title = "What should change?"
    form_class = ReasonForm
    success_message = "Sent back with your words."

    def act(self, form: ReasonForm) -> str:
        return_valuation(valuation=self.valuation, **form.cleaned_data, by=self.request.user)
        return self.back_url()
