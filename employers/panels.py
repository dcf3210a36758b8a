"""What My day shows of employers."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from crm.base.clock import today
from crm.core.registry import panels
from crm.identity.roles import Permission
from employers.models import Employer, FollowUp
from employers.reads.facts import facts_of
from employers.reads.health import health_of

MOST = 50  # rows of a panel; a longer list is for the list page
SHOWN_QUIET = 5


@panels.register
class OwedCalls:
    """Who do I owe a call: my next steps that are due, the longest overdue first."""

    slot, order = "home", 10
    permission = Permission.LOG_ENGAGEMENTS
    template = "employers/panels/owed_calls.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something: the way to log a call stands here too."""
        mine = FollowUp.objects.visible_to(request.user).due().filter(owner=request.user)
        due = list(mine.select_related("employer").order_by("due_on", "id")[: MOST + 1])
        late = sum(follow_up.due_on < today() for follow_up in due[:MOST])
        aside = f"{late} of {len(due[:MOST])} overdue" if late else ""
        return {"due": due[:MOST], "aside": aside, "has_more": len(due) > MOST, "headline": _sentence(due[:MOST], late)}


def _sentence(due: list[FollowUp], late: int) -> str:
    if not due:
        return ""
    steps = "1 next step is" if len(due) == 1 else f"{len(due)} next steps are"
    return f"{steps} due" + (f", {late} overdue" if late else "")


@panels.register
class ThisWeek:
    """My next steps of the coming seven days."""

    slot, order = "home", 20
    permission = Permission.LOG_ENGAGEMENTS
    template = "employers/panels/this_week.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nothing comes."""
        soon = (today() + dt.timedelta(days=1), today() + dt.timedelta(days=7))
        mine = FollowUp.objects.visible_to(request.user).open().filter(owner=request.user, due_on__range=soon)
        coming = list(mine.select_related("employer").order_by("due_on", "id")[:MOST])
        return {"coming": coming} if coming else None


@panels.register
class GoneQuiet:
    """Employers of mine (for who looks after none: anchor partners) with no conversation for long."""

    slot, order = "home_side", 20
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/gone_quiet.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None when nobody has gone quiet."""
        quiet = Employer.objects.visible_to(request.user).going_quiet()
        quiet = quiet.owned_by(request.user) if request.may(Permission.EDIT_EMPLOYERS) else quiet.anchor()
        found = list(quiet.order_by("last_contact_on", "id")[: SHOWN_QUIET + 1])
        if not found:
            return None
        return {"quiet": found[:SHOWN_QUIET], "has_more": len(found) > SHOWN_QUIET}


@panels.register
class RelationshipHealth:
    """On the record: how the relationship stands, and why."""

    slot, order = "employer", 5
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/health.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something."""
        return {"health": health_of(subject, may=request.may)}


@panels.register
class Facts:
    """On the record: what the partnership is made of, and the way to add to it. Kinds with nothing take no room."""

    slot, order = "employer", 50
    permission = Permission.SEE_EMPLOYERS
    template = "employers/panels/facts.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something for who may add; each kind is asked for once."""
        return facts_of(subject)
