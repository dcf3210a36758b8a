"""Money that came in at the bank: recorded, then matched, taken as a gift or sent back."""

from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from crm.base.errors import NotFound
from crm.core.api.fields import Answer, Body, Choice, Day, Moment, Pence, Person, Ref, Text
from crm.core.api.operations import acts, asks, creates
from crm.core.api.resources import Resource
from crm.core.registry import api_resources
from crm.identity.roles import Permission
from sponsorships.actions.receipts import accept_as_gift, match_receipt, record_receipt, refund_receipt, undo_match
from sponsorships.api.parts import Currency, NamedRow
from sponsorships.api.shares import InstalmentAnswer
from sponsorships.models import Fund, Instalment, Receipt, ReceiptMatch
from sponsorships.reads.agreements import likely_instalments


class ReceiptMatchAnswer(Answer):
    """What some of a receipt was for. One that was wrong stays, and another with its pence turned undoes it."""

    id = serializers.UUIDField()
    kind = Choice(ReceiptMatch.Kind.choices)
    pence = serializers.IntegerField(help_text="Negative: undoes the match that `reverses` names.")
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    instalment = serializers.UUIDField(source="instalment_id", allow_null=True)
    fund = NamedRow(allow_null=True)
    reason = serializers.CharField()
    made_by = Person()
    made_at = Moment()


class ReceiptAnswer(Answer):
    """One line of the bank statement. What is unmatched waits for a decision."""

    id = serializers.UUIDField()
    banked_on = serializers.DateField()
    payer = serializers.CharField()
    reference = serializers.CharField()
    pence = serializers.IntegerField()
    settled_pence = serializers.IntegerField()
    unmatched_pence = serializers.IntegerField()
    currency = Currency()
    state = Choice(Receipt.State.choices)
    recorded_by = Person()
    recorded_at = Moment()
    matches = ReceiptMatchAnswer(many=True)
    updated_at = Moment()


class LikelyAnswer(Answer):
    """Instalments that a receipt may be for, likeliest first."""

    items = InstalmentAnswer(many=True)


class NewReceipt(Body):
    """A line of the bank statement. A bank reference is recorded once."""

    banked_on = Day()
    payer = Text()
    reference = Text(max_length=80)
    pence = Pence()


class MatchBody(Body):
    """For which instalment, and how much of it."""

    instalment = Ref(lambda: Instalment.objects.all())
    pence = Pence()
    for_another = serializers.BooleanField(
        default=False, help_text="The payer is not the sponsor who promised it, and paid for them."
    )


class GiftBody(Body):
    """Into which fund, and how much."""

    fund = Ref(lambda: Fund.objects.all())
    pence = Pence()


class RefundBody(Body):
    """How much went back, and why."""

    pence = Pence()
    reason = Text(max_length=500)


class UndoBody(Body):
    """Which match, and why it was wrong."""

    match = Ref(lambda: ReceiptMatch.objects.all())
    reason = Text(max_length=500)


class ReceiptFilters(forms.Form):
    state = forms.ChoiceField(required=False, choices=Receipt.State.choices)


@api_resources.register
class Receipts(Resource):
    """Money that came in, with those that wait for a decision first."""

    path, label, order = "receipts", "Receipts", 25
    permission = Permission.SEE_SPONSORSHIPS
    answer = ReceiptAnswer
    parts = ("matches__made_at",)
    filter_class = ReceiptFilters

    def rows(self) -> QuerySet[Receipt]:
        matches = ReceiptMatch.objects.select_related("fund", "made_by")
        receipts = Receipt.objects.visible_to(self.user).select_related("recorded_by")
        return receipts.prefetch_related(Prefetch("matches", matches))

    def shown(self, filters: dict[str, Any]) -> QuerySet[Receipt]:
        shown = self.rows().open_first()
        return shown.filter(state=filters["state"]) if filters["state"] else shown

    @creates(NewReceipt, permission=Permission.RECORD_RECEIPTS)
    def create(self, facts: dict[str, Any]) -> Receipt:
        """Record a receipt. It is in no fund until it is matched or taken as a gift."""
        return record_receipt(by=self.user, **facts)

    @asks("likely-instalments", permission=Permission.SEE_SPONSORSHIPS, answer=LikelyAnswer, on_row=True)
    def likely_instalments(self, receipt: Receipt) -> dict[str, Any]:
        """Ask which instalments a receipt may be for: the likeliest six."""
        return {"items": likely_instalments(receipt)[:6] if receipt.unmatched_pence else []}

    @acts("match", permission=Permission.RECORD_RECEIPTS, body=MatchBody)
    def match(self, receipt: Receipt, facts: dict[str, Any]) -> Receipt:
        """Say that so much of a receipt is for an instalment.

        Refused when the receipt has less left or the instalment less outstanding, saying how much; and when another
        sponsor promised it than the one who paid, unless `for_another` is true.
        """
        return match_receipt(receipt=receipt, by=self.user, **facts).receipt

    @acts("gift", permission=Permission.RECORD_RECEIPTS, body=GiftBody)
    def gift(self, receipt: Receipt, facts: dict[str, Any]) -> Receipt:
        """Take so much of a receipt as a gift that nobody had promised."""
        return accept_as_gift(receipt=receipt, by=self.user, **facts).receipt

    @acts("refund", permission=Permission.MOVE_MONEY, body=RefundBody)
    def refund(self, receipt: Receipt, facts: dict[str, Any]) -> Receipt:
        """Note that so much of a receipt was sent back."""
        return refund_receipt(receipt=receipt, by=self.user, **facts).receipt

    @acts("undo-match", permission=Permission.MOVE_MONEY, body=UndoBody)
    def undo_match(self, receipt: Receipt, facts: dict[str, Any]) -> Receipt:
        """Undo what some of a receipt was said to be for. It waits for a decision again, its instalment is owed again.

        Refused when the fund has spent the money, saying what is left (422); when it was undone before, or the rest of
        the instalment was written off since (409).
        """
        match, reason = facts["match"], facts["reason"]
        if match.receipt_id != receipt.pk:
            raise NotFound("That match is not of this receipt.")
        return undo_match(match=match, reason=reason, by=self.user).receipt
