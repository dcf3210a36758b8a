"""Pages of money that came in: list, record, match, take as a gift, send back."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from crm.core.views import FormPage, ListPage, Page
from crm.identity.roles import Permission
from sponsorships.actions.receipts import accept_as_gift, match_receipt, record_receipt, refund_receipt, undo_match
from sponsorships.forms.contributions import ReasonForm
from sponsorships.forms.receipts import GiftForm, MatchForm, ReceiptForm, RefundForm
from sponsorships.models import Instalment, Receipt, ReceiptMatch
from sponsorships.reads.agreements import is_payers_own, likely_instalments
from sponsorships.views.agreements import SponsorshipTabs


class Receipts(SponsorshipTabs, ListPage):
    """Those that wait for a decision stand first."""

    permission = Permission.SEE_SPONSORSHIPS
    template_name = "sponsorships/receipts/list.html"
    tab = "receipts"
    title = "Receipts"

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return Receipt.objects.visible_to(self.request.user).open_first()


class RecordReceipt(FormPage):
    permission = Permission.RECORD_RECEIPTS
    template_name = "sponsorships/receipts/record.html"
    title = "Record a receipt"
    form_class = ReceiptForm
    success_message = "Recorded. Now say what it is for."

    def act(self, form: ReceiptForm) -> str:
        receipt = record_receipt(**form.cleaned_data, by=self.request.user)
        return reverse("sponsorships:receipt", args=[receipt.pk])


class ReceiptPage(Page):
    """Base of pages about one receipt (`self.receipt`)."""

    def prepare(self) -> None:
        rows = Receipt.objects.visible_to(self.request.user).select_related("recorded_by")
        self.receipt = get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(receipt=self.receipt, back_url=self.own_url(), **extra)

    def own_url(self) -> str:
        return reverse("sponsorships:receipt", args=[self.receipt.pk])


class ShowReceipt(ReceiptPage):
    permission = Permission.SEE_SPONSORSHIPS
    template_name = "sponsorships/receipts/show.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        related = ("instalment__component__share", "fund", "made_by")
        matches = self.receipt.matches.with_undoing().select_related(*related)
        is_open = self.receipt.unmatched_pence > 0
        expected = likely_instalments(self.receipt) if is_open else []
        likely = [i for i in expected if is_payers_own(self.receipt, i)]
        shown = {"matches": list(matches), "likely": likely[:6], "can_match": bool(expected)}
        return super().get_context(title=self.receipt.payer, **shown, **extra)


class _Settle(ReceiptPage, FormPage):
    """Base of the three answers to "what is it for?"."""

    permission = Permission.RECORD_RECEIPTS
    template_name = "sponsorships/receipts/settle.html"
    submit_label = "Take it"

    def get_initial(self) -> dict[str, Any]:
        return {"pence": self.receipt.unmatched_pence}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(submit_label=self.submit_label, **extra)


class Match(_Settle):
    title = "Match to an instalment"
    submit_label = "Match it"
    form_class = MatchForm
    success_message = "Matched. The fund has it available now."

    @cached_property
    def likely(self) -> list[Instalment]:
        return likely_instalments(self.receipt)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instalments": self.likely, "receipt": self.receipt}

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("instalment", "")
        own = [i for i in self.likely if is_payers_own(self.receipt, i)]
        chosen = next((i for i in self.likely if str(i.pk) == asked), own[0] if own else None)
        due = chosen.outstanding_pence if chosen else self.receipt.unmatched_pence
        return {"instalment": chosen.pk if chosen else None, "pence": min(due, self.receipt.unmatched_pence)}

    def act(self, form: MatchForm) -> str:
        match_receipt(receipt=self.receipt, **form.facts(), by=self.request.user)
        return self.own_url()


class Gift(_Settle):
    title = "Take it as a gift"
    form_class = GiftForm
    success_message = "Taken as a gift. The fund has it available now."

    def act(self, form: GiftForm) -> str:
        accept_as_gift(receipt=self.receipt, **form.cleaned_data, by=self.request.user)
        return self.own_url()


class Refund(_Settle):
    permission = Permission.MOVE_MONEY
    title = "Note that it was sent back"
    submit_label = "Note it"
    form_class = RefundForm
    success_message = "Noted as sent back."

    def act(self, form: RefundForm) -> str:
        refund_receipt(receipt=self.receipt, **form.cleaned_data, by=self.request.user)
        return self.own_url()


class UndoMatch(FormPage):
    """What was said of some of a receipt was wrong."""

    permission = Permission.MOVE_MONEY
    template_name = "sponsorships/receipts/undo.html"
    title = "Undo what it was for"
    form_class = ReasonForm
    success_message = "Undone. It waits for a decision again."

    def prepare(self) -> None:
        rows = ReceiptMatch.objects.visible_to(self.request.user).filter(reverses__isnull=True)
        related = ("receipt", "instalment__component__share", "fund", "made_by")
        self.match = get_object_or_404(rows.select_related(*related), pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(match=self.match, receipt=self.match.receipt, back_url=self.receipt_url(), **extra)

    def receipt_url(self) -> str:
        return reverse("sponsorships:receipt", args=[self.match.receipt_id])

    def act(self, form: ReasonForm) -> str:
        undo_match(match=self.match, **form.cleaned_data, by=self.request.user)
        return self.receipt_url()
