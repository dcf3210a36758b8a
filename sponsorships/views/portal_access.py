"""Staff pages that open the sponsor portal to an employer's people and close it."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage
from crm.identity.roles import Permission
from employers.models import Contact, Employer
from sponsorships.actions.portal import close_portal, open_portal
from sponsorships.forms.portal import PortalAccessForm
from sponsorships.models import PortalGrant


class OpenPortal(FormPage):
    """Choose the contact who may read the sponsor report."""

    permission = Permission.EDIT_AGREEMENTS
    template_name = "web/form_page.html"
    title = "Open the sponsor report"
    form_class = PortalAccessForm
    success_message = "Opened. A mail tells them where to sign in."

    def prepare(self) -> None:
        self.employer = get_object_or_404(Employer.objects.visible_to(self.request.user), pk=self.kwargs["employer"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"contacts": Contact.objects.filter(employer=self.employer).still_there().order_by("name", "id")}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label="Open the report", back_url=self._record_url(), **extra)

    def act(self, form: forms.Form) -> str:
        open_portal(contact=form.cleaned_data["contact"], by=self.request.user)
        return self._record_url()

    def _record_url(self) -> str:
        return reverse("employers:record", args=[self.employer.pk])


class ClosePortal(ActionView):
    """Take the view away."""

    permission = Permission.EDIT_AGREEMENTS
    success_message = "Closed. They cannot read the report any more."

    def act(self) -> str:
        grant = get_object_or_404(PortalGrant.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        close_portal(grant=grant, by=self.request.user)
        return reverse("employers:record", args=[grant.employer_id])
