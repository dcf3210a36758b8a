"""Awarding, one award, paying, recovering."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from crm.base.money import format_pounds
from crm.core.views import FormPage, ListPage, Page
from crm.identity.roles import Permission
from crm.outbox.models import TimelineItem
from crm.web.timeline import folded, lines_of
from sponsorships.actions.awards import award_bursary, withdraw_award
from sponsorships.actions.learners import refer_learner
from sponsorships.actions.payments import fail_payment, pay_instalment, recover_payment
from sponsorships.forms.awards import AwardForm, FailForm, PayForm, RecoverForm, WithdrawForm
from sponsorships.models import AwardInstalment, Bucket
from sponsorships.reads.awards import (
    awards_with_sums,
    instalments_coming,
    instalments_to_pay,
    payment_run,
    same_need_met,
)
from sponsorships.views.funds import FundPage


@method_decorator(sensitive_post_parameters("learner_number"), name="dispatch")
class AwardBursary(FundPage, FormPage):
    """Shows what is left before, and while the amount is typed what would be left after."""

    permission = Permission.AWARD_BURSARIES
    template_name = "sponsorships/awards/form.html"
    title = "Award a bursary"
    form_class = AwardForm
    field_names = {"due_on": "first_due_on"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"institute": self.request.institute}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        left = self.fund.held()[Bucket.AVAILABLE]
        return super().get_context(left=left, after=None, **extra)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx and not request.htmx.boosted:
            return self.render(self._after(), template=f"{self.template_name}#left")
        return super().get(request, *args, **kwargs)

    def _after(self) -> dict[str, Any]:
        """What would be left, for the amount typed so far; nothing while it is not an amount."""
        context = self.get_context()
        try:
            pence = AwardForm.base_fields["pence"].clean(self.request.GET.get("pence", ""))
        except ValidationError:
            return context
        return {**context, "after": context["left"] - pence, "missing": pence - context["left"]}

    @sensitive_variables("facts")
    def act(self, form: AwardForm) -> str:
        facts = dict(form.cleaned_data)
        learner = refer_learner(
            provider=facts["provider"],
            learner_number=facts["learner_number"],
            course=facts["course"],
            level=facts["level"],
            by=self.request.user,
        )
        award = award_bursary(
            fund=self.fund,
            learner=learner,
            due_on=form.due_days(),
            key=f"award:{facts['key']}",
            by=self.request.user,
            **{name: facts[name] for name in ("purpose", "pence", "reason", "scheme_version")},
        )
        left = format_pounds(self.fund.held()[Bucket.AVAILABLE], exact=True)
        self.success_message = f"Awarded to {learner.pseudonym}. {left} is left in the fund."
        return reverse("sponsorships:award", args=[award.pk])


class AwardPage(Page):
    """Base of pages about one award (`self.award`)."""

    def prepare(self) -> None:
        self.award = get_object_or_404(awards_with_sums().visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(award=self.award, back_url=self.award_url(), **extra)

    def award_url(self) -> str:
        return reverse("sponsorships:award", args=[self.award.pk])


class ShowAward(AwardPage):
    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/awards/award.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        timeline = TimelineItem.objects.filter(subject_type="sponsorships.award", subject_id=self.award.pk)
        return super().get_context(
            title=f"{self.award.get_purpose_display()} bursary",
            instalments=self.award.instalments.select_related("paid_by"),
            recoverable=self.award.paid_pence - self.award.recovered_pence,
            same_need=same_need_met(self.award),
            is_own=self.award.approved_by_id == self.request.user.id,
            timeline=folded(lines_of(timeline[:100])),
            **extra,
        )


class Withdraw(AwardPage, FormPage):
    permission = Permission.AWARD_BURSARIES
    template_name = "sponsorships/awards/step.html"
    title = "Withdraw the award"
    form_class = WithdrawForm
    success_message = "Withdrawn. What was not paid is back in the fund."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        unpaid = format_pounds(self.award.unpaid_pence, exact=True)
        said = f"{unpaid} is not paid yet and goes back to the fund. What was paid stays paid until it is recovered."
        return super().get_context(explained=said, submit_label="Withdraw the award", look="danger", **extra)

    def act(self, form: WithdrawForm) -> str:
        withdraw_award(award=self.award, **form.cleaned_data, by=self.request.user)
        return self.award_url()


class Recover(AwardPage, FormPage):
    permission = Permission.PAY_BURSARIES
    template_name = "sponsorships/awards/step.html"
    title = "Record money paid back"
    form_class = RecoverForm
    success_message = "Recorded. The money is back in its fund."

    def get_context(self, **extra: Any) -> dict[str, Any]:
        most = format_pounds(self.award.paid_pence - self.award.recovered_pence, exact=True)
        return super().get_context(explained=f"At most {most}.", submit_label="Record", look="primary", **extra)

    def act(self, form: RecoverForm) -> str:
        facts = {**form.cleaned_data, "key": f"recover:{form.cleaned_data['key']}"}
        recover_payment(award=self.award, **facts, by=self.request.user)
        return self.award_url()


class InstalmentStep(FormPage):
    """Base of what happens to one instalment."""

    permission = Permission.PAY_BURSARIES
    template_name = "sponsorships/awards/step.html"
    submit_label = ""

    def prepare(self) -> None:
        visible = AwardInstalment.objects.visible_to(self.request.user)
        related = visible.select_related("award__fund", "award__learner")
        self.instalment = get_object_or_404(related, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        pounds = format_pounds(self.instalment.pence, exact=True)
        return super().get_context(
            award=self.instalment.award,
            explained=f"Instalment {self.instalment.number}: {pounds}, due on {self.instalment.due_on:%-d %B %Y}.",
            submit_label=self.submit_label,
            look="primary",
            back_url=self.award_url(),
            **extra,
        )

    def award_url(self) -> str:
        return reverse("sponsorships:award", args=[self.instalment.award_id])


class Pay(InstalmentStep):
    title = "Record a payment"
    submit_label = "Record the payment"
    form_class = PayForm
    success_message = "Payment recorded."

    def act(self, form: PayForm) -> str:
        pay_instalment(instalment=self.instalment, **form.cleaned_data, by=self.request.user)
        return self.award_url()


class Fail(InstalmentStep):
    title = "The payment came back"
    submit_label = "Record that it came back"
    form_class = FailForm
    success_message = "Recorded. The instalment is to be paid again."

    def act(self, form: FailForm) -> str:
        fail_payment(instalment=self.instalment, **form.cleaned_data, by=self.request.user)
        return self.award_url()


class Payments(ListPage):
    """Instalments that are due, oldest first; or those whose date is still to come."""

    permission = Permission.SEE_FUNDS
    template_name = "sponsorships/awards/payments.html"
    title = "Bursary payments"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[AwardInstalment]:
        chosen = instalments_coming() if self.shows_coming else instalments_to_pay()
        return chosen.visible_to(self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(run=payment_run(), **extra)

    @property
    def shows_coming(self) -> bool:
        return self.request.GET.get("when") == "coming"

    @property
    def shows_due(self) -> bool:
        return not self.shows_coming
