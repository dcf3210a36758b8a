"""Pieces of challenges on shared pages."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from crm.base.clock import academic_year, academic_year_starts, now, today
from crm.core.registry import panels
from crm.identity.roles import Permission
from events import reads
from events.models import Challenge, GroupBooking, Volunteer
from events.querysets import COMES

LATER = 3  # challenges after the next one that are named

SHOWN = 5
WEEK = dt.timedelta(days=7)


@panels.register
class NextChallenge:
    """For the coordinator: days to go, what is missing, what comes after, and days still to be written up."""

    slot = "home"
    permission = Permission.EDIT_CHALLENGES
    template = "events/panels/next_challenge.html"
    order = 5

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any]:
        """Always something: the way to plan a challenge stands here too."""
        visible = Challenge.objects.visible_to(request.user)
        coming = list(visible.upcoming().with_numbers().order_by("starts_at", "id")[: 1 + LATER])
        unfinished = list(visible.past().filter(state__in=["open", "closed"])[:LATER])
        if not coming:
            return {"unfinished": unfinished}
        challenge = coming[0]
        bookings = GroupBooking.objects.filter(challenge=challenge).select_related("contact", "school")
        helpers = Volunteer.objects.filter(challenge=challenge).select_related("contact")
        days = (challenge.day - today()).days
        missing = reads.what_is_missing(challenge, bookings, helpers)
        return {
            "challenge": challenge,
            "days": max(0, days),
            "places_note": f"of {challenge.places} places",
            "missing": missing,
            "volunteers": sum(helper.state in COMES for helper in helpers),
            "later": coming[1:],
            "unfinished": unfinished,
            "headline": _countdown(challenge, days),
        }


def _countdown(challenge: Challenge, days: int) -> str:
    if days <= 0:
        return f"{challenge.title} is today"
    return f"{challenge.title} is in {days} day{'' if days == 1 else 's'}"


@panels.register
class EventsThisWeek:
    """For everybody who sees challenges and runs none: those of the coming seven days, the first first."""

    slot, order = "home_side", 15
    permission = Permission.SEE_CHALLENGES
    template = "events/panels/events_this_week.html"

    def rows(self, request: HttpRequest, subject: None) -> dict[str, QuerySet]:
        soon = Challenge.objects.visible_to(request.user).upcoming().filter(starts_at__lt=now() + WEEK).with_numbers()
        runs_them = request.may(Permission.EDIT_CHALLENGES)  # they see more of them in a panel of their own
        return {"challenges": soon.none() if runs_them else soon.order_by("starts_at", "id")}

    def context(self, request: HttpRequest, subject: None, challenges: list[Challenge]) -> dict[str, Any] | None:
        """None when there is none."""
        return {"challenges": challenges} if challenges else None


@panels.register
class ReachThisYear:
    """For who reads reports: how many schools and pupils came to challenges in this academic year."""

    slot, order = "home_side", 40
    permission = Permission.SEE_CHALLENGES
    template = "events/panels/reach.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        """None while no group has come."""
        since = academic_year_starts(today())
        reached = reads.reach(since=since, until=today())
        return {"reach": reached, "year": academic_year(today())} if reached.challenges else None


@panels.register
class EmployerVolunteers:
    """On an employer's record: who of them helped, and for how long."""

    slot = "employer"
    permission = Permission.SEE_CHALLENGES
    template = "events/panels/employer_volunteers.html"
    order = 60

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        volunteers = Volunteer.objects.filter(contact__employer=subject).select_related("challenge", "contact")
        return {"volunteers": volunteers.order_by("-challenge__starts_at", "id")[:SHOWN]}

    def context(self, request: HttpRequest, subject: Any, volunteers: list[Volunteer]) -> dict[str, Any] | None:
        """None when nobody of them helped yet."""
        return {"volunteers": volunteers} if volunteers else None


@panels.register
class VolunteerTimeToCount:
    """Challenges that were held and whose volunteers' time nobody has counted in kind."""

    slot = "home"
    permission = Permission.EDIT_CHALLENGES
    template = "events/panels/time_to_count.html"
    order = 30

    def rows(self, request: HttpRequest, subject: None) -> dict[str, QuerySet]:
        return {"challenges": reads.challenges_to_count().visible_to(request.user)[:SHOWN]}

    def context(self, request: HttpRequest, subject: None, challenges: list[Challenge]) -> dict[str, Any] | None:
        """None when all of it is counted."""
        return {"challenges": challenges} if challenges else None
