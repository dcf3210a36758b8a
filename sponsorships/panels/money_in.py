"""My day of who records receipts: what should come, and what came and nobody has said for what."""

from typing import Any

from django.db.models import F, Sum
from django.http import HttpRequest

from crm.base.money import format_pounds
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import Receipt
from sponsorships.reads.agreements import expected_money

SHOWN = 5


@panels.register
class InstalmentsDue:
    """What sponsors owe: late, due within a month, and where neither is, what comes next."""

    slot, order = "home", 18
    permission = Permission.RECORD_RECEIPTS
    template = "sponsorships/panels/instalments_due.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing is to come at all."""
        expected = expected_money(request.user)
        if not expected.all.count:
            return None
        headline = f"{format_pounds(expected.late.pence)} from sponsors is late" if expected.late.count else ""
        return {"expected": expected, "headline": headline}


@panels.register
class ReceiptsToMatch:
    """Money at the bank that waits for somebody to say what it was for."""

    slot, order = "home", 16
    permission = Permission.RECORD_RECEIPTS
    template = "sponsorships/panels/receipts_to_match.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when every receipt is settled."""
        waiting = Receipt.objects.visible_to(request.user).open()
        receipts = list(waiting.order_by("banked_on", "id")[: SHOWN + 1])
        if not receipts:
            return None
        pounds = format_pounds(waiting.aggregate(pence=Sum(F("pence") - F("settled_pence")))["pence"])
        return {
            "receipts": receipts[:SHOWN],
            "has_more": len(receipts) > SHOWN,
            "aside": pounds,
            "headline": f"{pounds} at the bank waits to be matched",
        }
