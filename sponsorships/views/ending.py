"""Letting a sponsor off an instalment, and ending an agreement early."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import ActionView, FormPage, Page
from crm.identity.roles import Permission
from sponsorships.actions.terminations import terminate_agreement
from sponsorships.actions.waivers import approve_waiver, ask_to_waive, refuse_waiver, waive_instalment
from sponsorships.forms.contributions import ReasonForm
from sponsorships.forms.ending import TerminationForm, WaiverForm
from sponsorships.models import AgreementState, Instalment, Waiver
from sponsorships.views.agreements import LeadPage


class _InstalmentPage(FormPage):
    """Base of what is asked about one instalment of this institute."""

    template_name = "sponsorships/agreements/waive.html"
    form_class = WaiverForm

    def prepare(self) -> None:
        rows = Instalment.objects.visible_to(self.request.user).with_agreement()
        self.instalment = get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"pence": self.instalment.outstanding_pence}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        share = self.instalment.component.share
        return super().get_context(instalment=self.instalment, share=share, back_url=self.agreement_url(), **extra)

    def agreement_url(self) -> str:
        return reverse("sponsorships:agreement", args=[self.instalment.component.share.agreement_id])


class AskToWaive(_InstalmentPage):
    permission = Permission.EDIT_AGREEMENTS
    title = "Ask to write off"
    look = "primary"
    success_message = "Asked. Somebody else decides."

    def act(self, form: WaiverForm) -> str:
        ask_to_waive(instalment=self.instalment, **form.cleaned_data, by=self.request.user)
        return self.agreement_url()


class Waive(_InstalmentPage):
    permission = Permission.WRITE_OFF_PROMISES
    title = "Write off an instalment"
    look = "danger"
    success_message = "Written off. What was received stays."

    def act(self, form: WaiverForm) -> str:
        waive_instalment(instalment=self.instalment, **form.cleaned_data, by=self.request.user)
        return self.agreement_url()


class _WaiverPage(Page):
    """Base of the two decisions on `self.waiver`."""

    permission = Permission.WRITE_OFF_PROMISES

    def prepare(self) -> None:
        rows = Waiver.objects.visible_to(self.request.user).select_related("instalment__component__share")
        self.waiver = get_object_or_404(rows, pk=self.kwargs["pk"])

    def back_url(self) -> str:
        return reverse("sponsorships:agreement", args=[self.waiver.instalment.component.share.agreement_id])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(back_url=self.back_url(), **extra)


class ApproveWaiver(_WaiverPage, ActionView):
    success_message = "Written off. What was received stays."

    def act(self) -> str:
        approve_waiver(waiver=self.waiver, by=self.request.user)
        return self.back_url()


class RefuseWaiver(_WaiverPage, FormPage):
    template_name = "sponsorships/small_form.html"
    title = "Why is it still owed?"
    form_class = ReasonForm
    success_message = "Refused with your words. It is still owed."

    def act(self, form: ReasonForm) -> str:
        refuse_waiver(waiver=self.waiver, **form.cleaned_data, by=self.request.user)
        return self.back_url()


class Terminate(LeadPage, FormPage):
    """The lead ends it, in every institute."""

    permission = Permission.WRITE_OFF_PROMISES
    template_name = "sponsorships/agreements/terminate.html"
    title = "End the agreement early"
    form_class = TerminationForm
    success_message = "Ended in every institute. What was received stays; the terms stay readable."

    def prepare(self) -> None:
        super().prepare()
        if self.agreement.state != AgreementState.SIGNED:
            raise Http404

    def act(self, form: TerminationForm) -> str:
        terminate_agreement(agreement=self.agreement, **form.cleaned_data, by=self.request.user)
        return self.own_url()
