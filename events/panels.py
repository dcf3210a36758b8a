"""Pieces of challenges on shared pages."""

from typing import Any

from django.http import HttpRequest

from crm.base.clock import now
from crm.core.registry import panels
from crm.identity.roles import Permission
from events import reads
from events.models import GroupBooking, Volunteer


@panels.register
class NextChallenge:
    """Countdown and what is still missing, for the coordinator."""

    slot = "home"
    permission = Permission.EDIT_CHALLENGES
    template = "events/panels/next_challenge.html"
    order = 10

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        challenge = reads.next_challenge()
        if challenge is None:
            return None
        bookings = GroupBooking.objects.filter(challenge=challenge).select_related("contact")
        helpers = Volunteer.objects.filter(challenge=challenge).select_related("contact")
        return {
            "challenge": challenge,
            "days": (challenge.starts_at - now()).days,
            "missing": reads.what_is_missing(challenge, bookings, helpers),
        }


@panels.register
class EmployerVolunteers:
    """On an employer's record: who of them helped, and for how long."""

    slot = "employer"
    permission = Permission.SEE_CHALLENGES
    template = "events/panels/employer_volunteers.html"
    order = 60

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        volunteers = Volunteer.objects.filter(contact__employer=subject).select_related("challenge", "contact")
        shown = list(volunteers.order_by("-challenge__starts_at", "id")[:5])
        return {"volunteers": shown} if shown else None
