"""What partnerships are made of: on one record, and over the whole institute."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from crm.identity.models import User
from employers.models import (
    Attendance,
    Body,
    CurriculumInput,
    Employer,
    LiveProject,
    ProjectEmployer,
    Promise,
    RecordFile,
    Seat,
    SkillsNeed,
)

MOST = 5  # of a kind on the record; all of them stand in the list it leads to


def facts_of(employer: Employer) -> dict[str, QuerySet]:
    """The first rows of each kind of fact of one employer, what is open first."""
    parts = ProjectEmployer.objects.filter(employer=employer).select_related("project").order_by("-project__starts_on")
    curriculum = CurriculumInput.objects.filter(employer=employer).order_by("-proposed_on", "-id")
    needs = SkillsNeed.objects.open().filter(employer=employer)
    promises = Promise.objects.open().filter(employer=employer).select_related("owner", "contact")
    return {
        "promises": promises.order_by("due_on", "id")[:MOST],
        "seats": seats_held().filter(employer=employer).in_force().order_by("starts_on", "id")[:MOST],
        "curriculum": curriculum[:MOST],
        "needs": needs.order_by("needed_by", "id")[:MOST],
        "parts": parts[:MOST],
        "files": RecordFile.objects.kept().filter(employer=employer)[:MOST],
    }


def seats_held() -> QuerySet[Seat]:
    """Seats with `came_to` of `could_come`: the meetings held while each was held."""
    came = Count("attendance", filter=Q(attendance__came=Attendance.Came.YES))
    return Seat.objects.select_related("body", "contact", "employer").annotate(
        came_to=came, could_come=Count("attendance")
    )


def seats_shown(user: User, filters: dict[str, Any]) -> QuerySet[Seat]:
    """By body and since when; without those that ended unless asked for."""
    shown = seats_held().visible_to(user)
    if filters.get("ended") != "all":
        shown = shown.in_force()
    if filters.get("body"):
        shown = shown.filter(body=filters["body"])
    shown = _about(shown, filters, "body__name", "contact__name")
    return shown.order_by("body__name", "body_id", "starts_on", "id")


def bodies_shown(user: User) -> QuerySet[Body]:
    """By name, each with how many seats it has ever had."""
    return Body.objects.visible_to(user).annotate(seats_given=Count("seats")).order_by("name", "id")


def curriculum_shown(user: User, filters: dict[str, Any]) -> QuerySet[CurriculumInput]:
    """The latest first."""
    shown = CurriculumInput.objects.visible_to(user).select_related("employer", "engagement", "decided_by")
    if filters.get("state"):
        shown = shown.filter(state=filters["state"])
    return _about(shown, filters, "course", "what_changed").order_by("-proposed_on", "-id")


def skills_shown(user: User, filters: dict[str, Any]) -> QuerySet[SkillsNeed]:
    """The soonest needed first; the open ones unless a state is asked for."""
    shown = SkillsNeed.objects.visible_to(user).select_related("employer")
    state = filters.get("state") or "open"
    if state != "all":
        shown = shown.filter(state=state)
    if filters.get("level"):
        shown = shown.filter(level=filters["level"])
    return _about(shown, filters, "roles", "sector").order_by("needed_by", "id")


def people_needed(shown: QuerySet[SkillsNeed]) -> int:
    """How many people the needs shown are for, together."""
    return shown.aggregate(people=Sum("headcount"))["people"] or 0


def projects_shown(user: User, filters: dict[str, Any]) -> QuerySet[LiveProject]:
    """By title, each with its employers and the other institutes."""
    shown = LiveProject.objects.visible_to(user)
    if filters.get("funder"):
        shown = shown.filter(funder__iexact=filters["funder"])
    if filters.get("employer"):
        shown = shown.filter(participants__employer=filters["employer"])
    if filters.get("q"):
        words = filters["q"]
        named = ProjectEmployer.objects.filter(employer__name__icontains=words).values("project")
        shown = shown.filter(
            Q(title__icontains=words) | Q(funder__icontains=words) | Q(reference__icontains=words) | Q(pk__in=named)
        )
    return shown.prefetch_related("participants__employer", "other_institutes__other").order_by("title", "id")


def files_shown(user: User, filters: dict[str, Any]) -> QuerySet[RecordFile]:
    """The latest first, removed ones among them, without their contents."""
    shown = RecordFile.objects.visible_to(user).select_related("employer", "added_by", "removed_by")
    return _about(shown, filters, "name").order_by("-added_at", "-id")


def _about(shown: Any, filters: dict[str, Any], *fields: str) -> Any:
    """Of one employer, and with words in one of the fields or in the employer's name."""
    if filters.get("employer"):
        shown = shown.filter(employer=filters["employer"])
    if filters.get("q"):
        words = Q(employer__name__icontains=filters["q"])
        for field in fields:
            words |= Q(**{f"{field}__icontains": filters["q"]})
        shown = shown.filter(words)
    return shown
