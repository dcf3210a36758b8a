"""My day of who approves and signs: what waits for them, and what came of what they signed."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import Agreement, Valuation, Waiver
from sponsorships.reads.agreements import promises, waivers_to_decide
from sponsorships.reads.contributions import valuations_to_approve

SHOWN = 5


@panels.register
class ValuationsToApprove:
    """For who approves: what others valued, drafts they may sign, payments others ask to write off."""

    slot, order = "home", 5
    permission = Permission.APPROVE_VALUATIONS
    template = "sponsorships/panels/to_approve.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        drafts = Agreement.objects.visible_to(request.user).drafts().exclude(drafted_by=request.user)
        drafts = drafts.select_related("employer", "drafted_by").order_by("drafted_at", "id")
        waivers = waivers_to_decide(request.user)
        return {
            "waiting": valuations_to_approve(request.user),
            "drafts": drafts if request.may(Permission.SIGN_AGREEMENTS) else drafts.none(),
            "waivers": waivers if request.may(Permission.WRITE_OFF_PROMISES) else waivers.none(),
        }

    def context(
        self,
        request: HttpRequest,
        subject: Any,
        waiting: list[Valuation],
        drafts: list[Agreement],
        waivers: list[Waiver],
    ) -> dict[str, Any] | None:
        """None when nothing waits."""
        if not waiting and not drafts and not waivers:
            return None
        count = len(waiting) + len(drafts) + len(waivers)
        headline = "One decision waits for you" if count == 1 else f"{count} decisions wait for you"
        return {
            "waiting": waiting[:SHOWN],
            "drafts": drafts[:SHOWN],
            "waivers": waivers[:SHOWN],
            "more": max(0, len(waiting) - SHOWN),
            "headline": headline,
        }


@panels.register
class PromisedAndReceived:
    """For who signs: what sponsors promised against what came, over the agreements of the list."""

    slot, order = "home", 12
    permission = Permission.SIGN_AGREEMENTS
    template = "sponsorships/panels/promises.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None while nothing is signed."""
        promised = promises(request.user)
        if not promised.shares:
            return None
        return {"promised": promised, "shares": promised.shares[:SHOWN], "more": max(0, len(promised.shares) - SHOWN)}
