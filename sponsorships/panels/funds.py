"""My day of who awards: what the bursary funds have left, and how long that lasts."""

from typing import Any

from django.http import HttpRequest

from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import Fund
from sponsorships.reads.funds import NEARLY_USED, funds_in_order, usage_of
from sponsorships.reads.runway import runways

SHOWN = 5


@panels.register
class FundsLeft:
    """Available now, used of what came, and when it runs out if awards go on as they did."""

    slot, order = "home", 20
    permission = Permission.AWARD_BURSARIES
    template = "sponsorships/panels/funds_left.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        """None without an open bursary fund."""
        funds = list(funds_in_order().visible_to(request.user).open().filter(kind=Fund.Kind.BURSARY)[:SHOWN])
        usages = usage_of(funds)
        lasts = runways(funds, {fund.pk: usages[fund.pk].available_pence for fund in funds})
        rows = [
            {
                "fund": fund,
                "usage": usages[fund.pk],
                "tone": _tone(usages[fund.pk].used_percent),
                "runway": lasts.get(fund.pk),
            }
            for fund in funds
        ]
        return {"funds": rows} if rows else None


def _tone(used_percent: int | None) -> str:
    return "warn" if used_percent is not None and used_percent >= NEARLY_USED else ""
