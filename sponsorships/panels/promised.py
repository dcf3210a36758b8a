"""My day of who looks after sponsors: what they are owed, whom nobody can remind, gifts that nobody has valued."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from crm.base.clock import today
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import AgreementState, Benefit, Contribution, Instalment, PartyWriteOff
from sponsorships.reads.reaching import nobody_to_write_to

SHOWN = 5
AHEAD = dt.timedelta(days=60)
NEWS_DAYS = 30


@panels.register
class OwedToSponsors:
    """What a sponsor paid for and has not had yet: late, or due within two months."""

    slot, order = "home", 30
    permission = Permission.EDIT_AGREEMENTS
    template = "sponsorships/panels/owed_to_sponsors.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        owed = Benefit.objects.visible_to(request.user).filter(
            delivered_on=None, ended_on=None, due_on__lte=today() + AHEAD
        )
        owed = owed.exclude(component__agreement__state=AgreementState.DRAFT)
        return {"benefits": owed.select_related("component__agreement__employer").order_by("due_on", "id")[: SHOWN + 1]}

    def context(self, request: HttpRequest, subject: Any, benefits: list[Benefit]) -> dict[str, Any] | None:
        """None when nothing is owed soon."""
        return {"benefits": benefits[:SHOWN], "has_more": len(benefits) > SHOWN} if benefits else None


@panels.register
class GiftsToValue:
    """In-kind contributions with a line that nobody has valued: without it they count for nothing."""

    slot, order = "home", 35
    permission = Permission.EDIT_CONTRIBUTIONS
    template = "sponsorships/panels/gifts_to_value.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        found = Contribution.objects.visible_to(request.user).to_value().select_related("employer")
        return {"gifts": found.order_by("offered_on", "id")[: SHOWN + 1]}

    def context(self, request: HttpRequest, subject: Any, gifts: list[Contribution]) -> dict[str, Any] | None:
        """None when all are valued."""
        return {"gifts": gifts[:SHOWN], "has_more": len(gifts) > SHOWN} if gifts else None


@panels.register
class NobodyToRemind:
    """For an agreement's owner: instalments of which no reminder can go, because the sponsor has nobody for it.

    The owner is who looks after the sponsor; where nobody does, it is for everybody who may amend agreements.
    """

    slot, order = "home", 12
    permission = Permission.SEE_SPONSORSHIPS
    template = "sponsorships/panels/nobody_to_remind.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        owner = "component__share__employer__owner"
        mine = Q(**{owner: request.user})
        if request.may(Permission.EDIT_AGREEMENTS):
            mine |= Q(**{f"{owner}__isnull": True}) | Q(**{f"{owner}__is_active": False})
        return {"found": nobody_to_write_to().filter(mine)[: SHOWN + 1]}

    def context(self, request: HttpRequest, subject: Any, found: list[Instalment]) -> dict[str, Any] | None:
        """None when everybody can be reached."""
        return {"instalments": found[:SHOWN], "has_more": len(found) > SHOWN} if found else None


@panels.register
class WrittenOffByParties:
    """What other institutes of agreements led here let a sponsor off, for a month."""

    slot, order = "home", 33
    permission = Permission.EDIT_AGREEMENTS
    template = "sponsorships/panels/written_off_by_parties.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        since = today() - dt.timedelta(days=NEWS_DAYS)
        rows = PartyWriteOff.objects.visible_to(request.user).filter(written_off_on__gte=since)
        related = rows.select_related("party__party", "party__agreement__employer", "component")
        return {"found": related.order_by("-written_off_on", "-id")[: SHOWN + 1]}

    def context(self, request: HttpRequest, subject: Any, found: list[PartyWriteOff]) -> dict[str, Any] | None:
        """None when there was nothing of late."""
        return {"write_offs": found[:SHOWN], "has_more": len(found) > SHOWN} if found else None
