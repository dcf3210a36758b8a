"""Drafting, signing and amending: the pages of the lead institute."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from crm.audit.edits import WatchedFormPage
from crm.base.errors import Conflict, DomainError
from crm.core.views import FormPage, Page
from crm.identity.roles import Permission
from sponsorships.actions.agreements import draft_agreement, redraft_agreement
from sponsorships.actions.amendments import amend_agreement
from sponsorships.actions.signing import sign_agreement
from sponsorships.forms.agreements import PARTY_ROWS, AmendForm, DraftForm, SignForm
from sponsorships.models import Agreement, AgreementState, Amendment, PlannedInstalment
from sponsorships.reads.agreements import SplitTable, split_of
from sponsorships.reads.recipients import find_recipients
from sponsorships.views.agreements import LeadPage

# Where the action names a group of fields, its first field carries the error.
FIELDS = {
    "employer": "who",
    "components": "component_0_pence",
    "parties": "party_0_institute",
    "due_dates": "first_due_on",
}


SAYS_MORE = (
    "This draft says more than this page can show: payments that are not a year apart, several benefits of one purpose,"
    " or more rows. Saving here would lose that. Change it where it was written, or draft a new one."
)


class _DraftPage(FormPage):
    permission = Permission.EDIT_AGREEMENTS
    template_name = "sponsorships/agreements/draft.html"
    form_class = DraftForm
    field_names = FIELDS

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """“Check the shares” shows how the pence would fall and writes nothing; the other button saves."""
        return self._check() if "check" in request.POST else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def _check(self) -> HttpResponse:
        form = self.get_form(self.request.POST)
        preview = None
        if form.is_valid():
            try:
                preview = self._tried(form)
            except DomainError as refusal:
                name = self.field_names.get(refusal.field, refusal.field)
                form.add_error(name if name in form.fields else None, refusal.message)
        status = 200 if preview else 422
        return self.render(self.get_context(form=form, preview=preview), status=status)

    def _tried(self, form: DraftForm) -> SplitTable:
        """Save it, look, and take it back: the preview can then differ from the real thing in nothing."""
        with transaction.atomic():
            table = split_of(self.save(form))
            transaction.set_rollback(True)
        return table

    def save(self, form: DraftForm) -> Agreement:
        """Draft it."""
        raise NotImplementedError

    def act(self, form: DraftForm) -> str:
        return reverse("sponsorships:agreement", args=[self.save(form).pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(**{"preview": None, "back_url": self.back_url(), **extra})

    def back_url(self) -> str:
        return reverse("sponsorships:agreements")


class FindRecipient(Page):
    """The providers that what was typed may mean, as radio buttons of one row of the draft."""

    permission = Permission.EDIT_AGREEMENTS
    template_name = "sponsorships/agreements/recipient_choices.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        if self.kwargs["row"] >= PARTY_ROWS:
            raise Http404
        row = f"party_{self.kwargs['row']}"
        typed = self.request.GET.get(f"{row}_paid_to", "")[:200]
        return super().get_context(row=row, choices=find_recipients(typed), typed=typed, while_typing=True, **extra)


class Draft(_DraftPage):
    title = "Draft an agreement"
    success_message = "Drafted. Somebody else checks and signs it."

    def get_initial(self) -> dict[str, Any]:
        return {"employer": self.request.GET.get("employer"), "party_0_institute": self.request.institute}

    def save(self, form: DraftForm) -> Agreement:
        return draft_agreement(employer=form.cleaned_data["employer"], terms=form.terms(), by=self.request.user)


class Redraft(LeadPage, _DraftPage, WatchedFormPage):
    title = "Change the draft"
    success_message = "Draft changed."

    def prepare(self) -> None:
        super().prepare()
        if self.agreement.state != AgreementState.DRAFT:
            raise Http404
        self.row = self.agreement

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        form = super().get_form(data, files)
        form.fields["employer"].disabled = form.fields["who"].disabled = True
        form.fields["who"].help_text = "Another sponsor is another agreement: draft a new one."
        return form

    def facts_now(self) -> dict[str, Any]:
        return DraftForm.initial_of(self.agreement)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(says_more=not DraftForm.holds(self.agreement), **extra)

    def back_url(self) -> str:
        return self.own_url()

    def save(self, form: DraftForm) -> Agreement:
        """Raises Conflict when a colleague changed the draft since, or it says more than the form could give back."""
        self.refuse_stale(form)
        if not DraftForm.holds(self.agreement):
            raise Conflict(SAYS_MORE)
        return redraft_agreement(agreement=self.agreement, terms=form.terms(), by=self.request.user)


class Sign(LeadPage, FormPage):
    """Check answers, then sign."""

    permission = Permission.SIGN_AGREEMENTS
    template_name = "sponsorships/agreements/sign.html"
    title = "Check and sign"
    form_class = SignForm
    success_message = "Signed. Each institute now has its share."

    def prepare(self) -> None:
        super().prepare()
        if self.agreement.state != AgreementState.DRAFT:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"employer": self.agreement.employer}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        drafted_it = self.agreement.drafted_by_id == self.request.user.id
        has_signatory = extra["form"].fields["signed_for_sponsor"].queryset.exists()
        shown = {"split": split_of(self.agreement), "drafted_it": drafted_it, "has_signatory": has_signatory}
        return super().get_context(**shown, **extra)

    def act(self, form: SignForm) -> str:
        sign_agreement(agreement=self.agreement, **form.cleaned_data, by=self.request.user)
        return self.own_url()


class Amend(LeadPage, WatchedFormPage):
    permission = Permission.EDIT_AGREEMENTS
    template_name = "sponsorships/agreements/amend.html"
    title = "Amend the agreement"
    form_class = AmendForm
    success_message = "Amended in every institute. The earlier terms stay readable."

    def prepare(self) -> None:
        super().prepare()
        if self.agreement.state != AgreementState.SIGNED:
            raise Http404
        self.row = self.agreement

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"plan": self._plan()}

    def facts_now(self) -> dict[str, Any]:
        return AmendForm.initial_of(self._plan())

    def _plan(self) -> list[PlannedInstalment]:
        plan = PlannedInstalment.objects.filter(component__agreement=self.agreement).select_related("component")
        return list(plan.order_by("component__number", "number"))

    def act(self, form: AmendForm) -> str:
        """All payments are sent, so a page that was opened before another amendment would turn that back."""
        sent_again = Amendment.objects.filter(agreement=self.agreement, key=form.cleaned_data["key"])
        if not sent_again.exists():
            self.refuse_stale(form)
        amend_agreement(agreement=self.agreement, changes=form.changes(), by=self.request.user, **form.facts())
        return self.own_url()
