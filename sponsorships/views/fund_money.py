"""Moving a fund's money by hand, and undoing an entry: for MOVE_MONEY alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from crm.core.views import FormPage
from crm.identity.roles import Permission
from sponsorships.actions.fund_money import (
    accept_gift,
    recall_money,
    refund_money,
    settle_shortfall,
    transfer_between_funds,
    write_off_promise,
)
from sponsorships.actions.journal import reverse_entry
from sponsorships.forms.funds import MoneyForm, ReversalForm, TransferForm
from sponsorships.models import Bucket, JournalEntry
from sponsorships.views.funds import FundPage


@dataclass(frozen=True)
class MoneyMove:
    """A button of the fund page: what it does and what it says."""

    action: Callable[..., JournalEntry]
    title: str
    said: str
    takes_from: str | None  # the bucket whose balance the form shows
    explained: str


MOVES = {
    "gift": MoneyMove(accept_gift, "Accept a gift", "Gift accepted.", None, "Money that nobody had promised."),
    "refund": MoneyMove(
        refund_money, "Refund", "Refunded.", Bucket.AVAILABLE, "We give money back. Only what is available can go."
    ),
    "recall": MoneyMove(
        recall_money,
        "Return what the sponsor recalls",
        "Recalled.",
        Bucket.AVAILABLE,
        "What is available leaves at once. The rest becomes a shortfall, which blocks awards until it is settled.",
    ),
    "settle": MoneyMove(
        settle_shortfall,
        "Settle the shortfall",
        "Settled.",
        Bucket.SHORTFALL,
        "Pay back recalled money out of what is available now.",
    ),
    "write-off": MoneyMove(
        write_off_promise, "Write off a promise", "Written off.", Bucket.PROMISED, "Promised money that will not come."
    ),
}


class MoveMoney(FundPage, FormPage):
    """One form for every way of moving a fund's own money."""

    permission = Permission.MOVE_MONEY
    template_name = "sponsorships/funds/money.html"
    form_class = MoneyForm

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["move"] not in MOVES:
            raise Http404
        self.move = MOVES[self.kwargs["move"]]
        self.success_message = self.move.said

    def get_context(self, **extra: Any) -> dict[str, Any]:
        held = self.fund.held()[self.move.takes_from] if self.move.takes_from else None
        bucket = Bucket(self.move.takes_from).label if self.move.takes_from else ""
        return super().get_context(
            title=self.move.title, explained=self.move.explained, held=held, bucket=bucket, **extra
        )

    def act(self, form: MoneyForm) -> str:
        facts = {**form.cleaned_data, "key": f"{self.kwargs['move']}:{form.cleaned_data['key']}"}
        self.move.action(fund=self.fund, **facts, by=self.request.user)
        return self.fund_url()


class Transfer(FundPage, FormPage):
    """To another fund of the same kind."""

    permission = Permission.MOVE_MONEY
    template_name = "sponsorships/funds/money.html"
    title = "Transfer to another fund"
    form_class = TransferForm
    success_message = "Transferred."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"fund": self.fund}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        held = self.fund.held()[Bucket.AVAILABLE]
        explained = "Money keeps its purpose: it goes to a fund of the same kind."
        return super().get_context(explained=explained, held=held, bucket=Bucket.AVAILABLE.label, **extra)

    def act(self, form: TransferForm) -> str:
        facts = {**form.cleaned_data, "key": f"transfer:{form.cleaned_data['key']}"}
        transfer_between_funds(origin=self.fund, **facts, by=self.request.user)
        return self.fund_url()


class ReverseEntry(FormPage):
    """Undo what was moved by hand, by an entry with the signs turned.

    An entry that came from an award, a receipt or a challenge is undone there: the record and the journal must agree.
    """

    permission = Permission.MOVE_MONEY
    template_name = "sponsorships/funds/reverse.html"
    title = "Reverse an entry"
    form_class = ReversalForm
    success_message = "Reversed. Both entries stay in the journal."

    def prepare(self) -> None:
        by_hand = JournalEntry.objects.visible_to(self.request.user).filter(source_type="sponsorships.fund")
        self.entry = get_object_or_404(by_hand, pk=self.kwargs["pk"])
        self.postings = list(self.entry.postings.select_related("fund"))

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(entry=self.entry, postings=self.postings, back_url=self._journal_url(), **extra)

    def _journal_url(self) -> str:
        return reverse("sponsorships:journal", args=[self.postings[0].fund_id])

    def act(self, form: ReversalForm) -> str:
        reverse_entry(entry=self.entry, **form.cleaned_data, by=self.request.user)
        return self._journal_url()
