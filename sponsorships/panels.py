"""Pieces of sponsorships on shared pages."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from crm.base.money import format_pounds
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import (
    Agreement,
    AgreementShare,
    AgreementsProof,
    Contribution,
    Fund,
    LedgerProof,
    PortalGrant,
    Receipt,
)
from sponsorships.reads.agreements import instalments_due, standing_of
from sponsorships.reads.awards import instalments_to_pay
from sponsorships.reads.contributions import counted_in_kind, valuations_to_approve
from sponsorships.reads.funds import NEARLY_USED, funds_in_order, usage_of
from sponsorships.reads.reaching import nobody_to_write_to

SHOWN = 5


@panels.register
class ValuationsToApprove:
    """For who approves: what others valued, and drafts they may sign."""

    slot, order = "home", 5
    permission = Permission.APPROVE_VALUATIONS
    template = "sponsorships/panels/to_approve.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing waits."""
        waiting = valuations_to_approve(request.user)
        drafts = []
        if request.may(Permission.SIGN_AGREEMENTS):
            rows = Agreement.objects.visible_to(request.user).drafts().exclude(drafted_by=request.user)
            drafts = list(rows.select_related("employer", "drafted_by").order_by("drafted_at", "id"))
        if not waiting and not drafts:
            return None
        count = len(waiting) + len(drafts)
        headline = "One decision waits for you" if count == 1 else f"{count} decisions wait for you"
        return {
            "waiting": waiting[:SHOWN],
            "drafts": drafts[:SHOWN],
            "more": max(0, len(waiting) - SHOWN),
            "headline": headline,
        }


@panels.register
class InstalmentsDue:
    """For finance: instalments late or due within a month, and receipts that nobody has matched."""

    slot, order = "home", 15
    permission = Permission.RECORD_RECEIPTS
    template = "sponsorships/panels/instalments_due.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing is due and every receipt is matched."""
        due = instalments_due()
        receipts = list(Receipt.objects.visible_to(request.user).open().order_by("banked_on", "id")[:SHOWN])
        if not due and not receipts:
            return None
        late = sum(instalment.outstanding_pence for instalment in due if instalment.is_overdue)
        return {
            "due": due[:SHOWN],
            "receipts": receipts,
            "aside": f"{format_pounds(late)} late" if late else "",
            "more": max(0, len(due) - SHOWN),
        }


@panels.register
class NobodyToRemind:
    """For an agreement's owner: instalments of which no reminder can go, because the sponsor has nobody for it.

    The owner is who looks after the sponsor; where nobody does, it is for everybody who may amend agreements.
    """

    slot, order = "home", 12
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/nobody_to_remind.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when everybody can be reached."""
        owner = "component__share__employer__owner"
        mine = Q(**{owner: request.user})
        if request.may(Permission.EDIT_AGREEMENTS):
            mine |= Q(**{f"{owner}__isnull": True}) | Q(**{f"{owner}__is_active": False})
        found = list(nobody_to_write_to().filter(mine)[: SHOWN + 1])
        return {"instalments": found[:SHOWN], "has_more": len(found) > SHOWN} if found else None


@panels.register
class EmployerSponsorship:
    """On an employer's record: received of promised, what comes next, what is late."""

    slot, order = "employer", 20
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/employer_sponsorship.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when the employer promised nothing."""
        standing = standing_of(subject)
        return {"standing": standing} if standing.shares else None


@panels.register
class EmployerInKind:
    """On an employer's record: what it gave in kind, and what of it counts."""

    slot, order = "employer", 30
    permission = Permission.SEE_CONTRIBUTIONS
    template = "sponsorships/panels/employer_in_kind.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when there is nothing and nothing may be recorded."""
        contributions = list(Contribution.objects.visible_to(request.user).filter(employer=subject)[: SHOWN + 1])
        if not contributions and not request.may(Permission.EDIT_CONTRIBUTIONS):
            return None
        record_url = f"{reverse('sponsorships:choose_kind')}?employer={subject.pk}"
        counted = counted_in_kind(employer=subject)
        return {
            "contributions": contributions[:SHOWN],
            "aside": f"{format_pounds(counted)} counted" if counted else "",
            "record_url": record_url if request.may(Permission.EDIT_CONTRIBUTIONS) else "",
        }


@panels.register
class PortalAccess:
    """On an employer with an agreement: who of them reads the sponsor report."""

    slot, order = "employer", 40
    permission = Permission.EDIT_AGREEMENTS
    template = "sponsorships/panels/portal_access.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None while nothing is signed."""
        if not AgreementShare.objects.filter(employer=subject).exists():
            return None
        grants = PortalGrant.objects.live().filter(employer=subject).select_related("user")
        return {"employer": subject, "grants": list(grants)}


@panels.register
class FundsLeft:
    """What the bursary funds have left, for who awards from them."""

    slot = "home"
    permission = Permission.AWARD_BURSARIES
    template = "sponsorships/panels/funds_left.html"
    order = 20

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        funds = list(funds_in_order().open().filter(kind=Fund.Kind.BURSARY)[:SHOWN])
        usages = usage_of(funds)
        rows = [{"fund": fund, "usage": usages[fund.pk], "tone": _tone(usages[fund.pk].used_percent)} for fund in funds]
        return {"funds": rows} if rows else None


@panels.register
class PaymentsDue:
    """Instalments whose date has come, for who pays them."""

    slot = "home"
    permission = Permission.PAY_BURSARIES
    template = "sponsorships/panels/payments_due.html"
    order = 15

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        due = list(instalments_to_pay())
        if not due:
            return None
        pounds = format_pounds(sum(instalment.pence for instalment in due))
        payments = "1 bursary payment is" if len(due) == 1 else f"{len(due)} bursary payments are"
        return {"instalments": due[:SHOWN], "headline": f"{payments} due, {pounds} in all"}


def _tone(used_percent: int | None) -> str:
    return "warn" if used_percent is not None and used_percent >= NEARLY_USED else ""


@panels.register
class LedgerWrong:
    """Somebody changed money behind the application's back, or there is a fault in it: said on top, until mended."""

    slot, order = "home", 1
    permission = Permission.SEE_FUNDS
    template = "sponsorships/panels/ledger_wrong.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        proof = LedgerProof.objects.first()
        if proof is None or not proof.faults:
            return None
        return {"proof": proof, "faults": proof.faults[:SHOWN], "headline": "The ledger does not add up"}


@panels.register
class AgreementsOutOfStep:
    """An agreement and the shares of its parties differ: said on top, until mended."""

    slot, order = "home", 2
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/agreements_out_of_step.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        proof = AgreementsProof.objects.first()
        if proof is None or not proof.faults:
            return None
        return {"proof": proof, "faults": proof.faults[:SHOWN], "headline": "An agreement and its shares differ"}
