"""What an employer's record shows of its sponsorships, gifts and the sponsor portal."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from crm.base.money import format_pounds
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import AgreementShare, Contribution, Instalment, PortalGrant, Valuation
from sponsorships.reads.agreements import expected_of, shares_of, standing
from sponsorships.reads.contributions import counted_valuations

SHOWN = 5


@panels.register
class EmployerSponsorship:
    """On an employer's record: received of promised, what comes next, what is late."""

    slot, order = "employer", 20
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/employer_sponsorship.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return {"shares": shares_of(subject), "expected": expected_of(subject)}

    def context(
        self, request: HttpRequest, subject: Any, shares: list[AgreementShare], expected: list[Instalment]
    ) -> dict[str, Any] | None:
        """None when the employer promised nothing."""
        return {"standing": standing(shares, expected)} if shares else None


@panels.register
class EmployerInKind:
    """On an employer's record: what it gave in kind, and what of it counts."""

    slot, order = "employer", 30
    permission = Permission.SEE_CONTRIBUTIONS
    template = "sponsorships/panels/employer_in_kind.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        contributions = Contribution.objects.visible_to(request.user).filter(employer=subject)
        return {"contributions": contributions[:SHOWN], "counted": counted_valuations(employer=subject)}

    def context(
        self, request: HttpRequest, subject: Any, contributions: list[Contribution], counted: list[Valuation]
    ) -> dict[str, Any] | None:
        """None when there is nothing and nothing may be recorded."""
        if not contributions and not request.may(Permission.EDIT_CONTRIBUTIONS):
            return None
        record_url = f"{reverse('sponsorships:choose_kind')}?employer={subject.pk}"
        pence = sum(valuation.pence for valuation in counted)
        return {
            "contributions": contributions,
            "aside": f"{format_pounds(pence)} counted" if pence else "",
            "record_url": record_url if request.may(Permission.EDIT_CONTRIBUTIONS) else "",
        }


@panels.register
class PortalAccess:
    """On an employer with an agreement: who of them reads the sponsor report."""

    slot, order = "employer", 40
    permission = Permission.EDIT_AGREEMENTS
    template = "sponsorships/panels/portal_access.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        grants = PortalGrant.objects.live().filter(employer=subject).select_related("user")
        return {"signed": AgreementShare.objects.filter(employer=subject)[:1], "grants": grants}

    def context(
        self, request: HttpRequest, subject: Any, signed: list[AgreementShare], grants: list[PortalGrant]
    ) -> dict[str, Any] | None:
        """None while nothing is signed."""
        return {"employer": subject, "grants": grants} if signed else None
