"""Employers beyond one's own institute: ask, answer, and for the network's lead count."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import NETWORK_ID
from crm.core.registry import shareables
from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from crm.network.forms import TermsForm
from crm.network.models import ShareRequest
from employers.actions import ask_to_share, grant_request
from employers.forms.network import AskForm, FindCompanyForm
from employers.models import Organisation
from employers.reads.network import InTouch, companies_called, in_touch_with, is_known_elsewhere, most_asked, quarter_of


class AskToShare(FormPage):
    """Ask whoever knows a company; nobody learns more than that somebody does."""

    permission = Permission.SHARE
    template_name = "employers/ask_to_share.html"
    form_class = AskForm
    success_message = "Asked. Who wants to share will; you find it under “Shared”."

    def prepare(self) -> None:
        if self.request.institute.id == NETWORK_ID:
            raise Http404
        self.organisation = get_object_or_404(Organisation, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=f"Ask to share {self.organisation.legal_name}",
            is_known=is_known_elsewhere(self.organisation),
            submit_label="Ask",
            back_url=reverse("network:shares"),
            **extra,
        )

    def act(self, form: AskForm) -> str:
        ask_to_share(organisation=self.organisation, message=form.cleaned_data["message"], by=self.request.user)
        return reverse("network:shares")


class GrantRequest(FormPage):
    """Choose what another institute may read of an employer it asked for."""

    permission = Permission.SHARE
    template_name = "employers/grant_request.html"
    form_class = TermsForm
    success_message = "Shared. It ends on its day, or when you end it."
    field_names = {"fields": "fields_shared"}

    def prepare(self) -> None:
        requests: QuerySet = ShareRequest.objects.visible_to(self.request.user).select_related("asking")
        self.asked = get_object_or_404(requests, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"shareable": shareables["employers.employer"]}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        back_url = reverse("network:shares")
        words = {"title": f"Share {self.asked.label}", "submit_label": "Share it"}
        return super().get_context(asked=self.asked, back_url=back_url, **words, **extra)

    def act(self, form: TermsForm) -> str:
        share = grant_request(request=self.asked, by=self.request.user, **form.terms())
        return reverse("network:given", args=[share.pk])


class InTouchPage(Page):
    """Companies that several institutes speak with, in counts. Only in the Network."""

    permission = Permission.SEE_NETWORK
    template_name = "employers/in_touch.html"
    title = "Employers asked most"

    def prepare(self) -> None:
        if self.request.institute.id != NETWORK_ID:
            raise Http404

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FindCompanyForm(request.GET)
        typed = form.cleaned_data["number"] if form.is_valid() else ""
        found = [InTouch(o, in_touch_with(o)) for o in companies_called(typed)] if typed else []
        rows = [] if typed else most_asked()
        context = self.get_context(
            typed=typed, found=found, rows=rows, since=quarter_of(today())[0], said=f"{len(found or rows)} companies"
        )
        return self.render(context, template=f"{self.template_name}#results" if request.htmx else "")
