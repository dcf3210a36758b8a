"""What an employer's record shows of its sponsorships, gifts and the sponsor portal."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from crm.base.money import format_pounds
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import AgreementShare, Contribution, PortalGrant
from sponsorships.reads.agreements import standing_of
from sponsorships.reads.contributions import counted_in_kind

SHOWN = 5


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
