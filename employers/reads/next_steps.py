"""Next steps: the lists of them, whose numbers My day says too, and who might take one over."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from crm.base.clock import today
from crm.identity.models import User
from employers.models import Engagement, FollowUp
from employers.reads.people import colleagues

VIEWS = {"due": "Due", "coming": "The coming week", "mine": "All of mine", "all": "Everybody's"}
A_WEEK = dt.timedelta(days=7)


def next_steps_in(user: User, view: str) -> QuerySet[FollowUp]:
    """Open next steps, the first due first: mine that are due, mine of the coming week, all of mine, everybody's."""
    steps = FollowUp.objects.visible_to(user).open()
    if view != "all":
        steps = steps.filter(owner=user)
    if view == "due":
        steps = steps.due()
    if view == "coming":
        steps = steps.filter(due_on__range=(today() + dt.timedelta(days=1), today() + A_WEEK))
    return steps.select_related("employer", "employer__owner", "owner").order_by("due_on", "id")


@dataclass(frozen=True)
class HowMany:
    """Of one of the lists."""

    all: int
    overdue: int


def how_many(user: User, view: str) -> HowMany:
    """Counts the rows of `next_steps_in`, however many are shown."""
    steps = next_steps_in(user, view).order_by()
    return HowMany(**steps.aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today()))))


def with_hand_to(steps: Iterable[FollowUp], user: User) -> list[FollowUp]:
    """The next steps, each with `hand_to`: the colleague whom one button hands it to, or None.

    That is who looks after the employer; where that is the owner of the step already, whoever else spoke with them
    last. Two queries.
    """
    listed = list(steps)
    able = {colleague.pk: colleague for colleague in colleagues()}
    others = _who_else_spoke({step.employer_id for step in listed if step.employer_id}, able)
    for step in listed:
        likely = [step.employer.owner_id, *others.get(step.employer_id, ())] if step.employer else []
        step.hand_to = next((able[pk] for pk in likely if pk in able and pk != step.owner_id), None)
    return listed


def _who_else_spoke(employer_ids: set[uuid.UUID], able: dict[uuid.UUID, User]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """By employer, the colleagues who spoke with them, the latest first."""
    said = Engagement.objects.filter(employer_id__in=employer_ids, by__in=able)
    latest = said.order_by("employer_id", "by_id", "-happened_at").distinct("employer_id", "by_id")
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for employer_id, by_id, _ in sorted(latest.values_list("employer_id", "by_id", "happened_at"), key=_newest_first):
        found.setdefault(employer_id, []).append(by_id)
    return found


def _newest_first(row: tuple[uuid.UUID, uuid.UUID, dt.datetime]) -> float:
    return -row[2].timestamp()
