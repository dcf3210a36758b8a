"""What the list of employers shows. Every question is one query, however many employers there are."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from crm.core.together import read_together
from crm.identity.models import User
from employers.models import Employer, EmployerHealth, EmployerTag, FollowUp, Tag
from employers.reads.employer_filters import SORTS, links_of, matches, narrowed

MAX_MATCHES = 100  # a search shows its best hundred; who needs more names it better


def employers_shown(user: User, filters: dict[str, Any]) -> QuerySet[Employer]:
    """Employers that match every filter given, sorted as asked (best match first for a search, else by name).

    Filters: those of `narrowed`, q (words) and sort.
    """
    shown = narrowed(user, filters)
    order = SORTS.get(filters.get("sort") or "")
    if filters.get("q"):
        ids = matches(filters["q"], MAX_MATCHES)
        best = Case(*(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)), default=Value(MAX_MATCHES))
        shown, order = shown.filter(pk__in=ids), order or (best, "id")
    return shown.with_quiet().select_related("owner", "tier").order_by(*(order or SORTS["name"]))


def to_count(user: User, filters: dict[str, Any], shown: QuerySet[Employer]) -> QuerySet:
    """As many rows as are `shown`, the employers that these filters leave: those that are counted soonest.

    Those with a tag or of one health level are counted where that is written: to join 100,000 employers only to leave
    out those that were merged takes thirty times as long as to leave out the few.
    """
    if not {name for name, value in filters.items() if value} <= {"health", "tag", "sort"}:
        return shown
    links = links_of(user, filters)
    if not links:
        return shown
    merged = Employer.with_merged.filter(merged_into__isnull=False)
    counted = links[0].exclude(employer__in=merged.values("pk"))
    for others in links[1:]:
        counted = counted.filter(employer__in=others.values("employer"))
    return counted


@dataclass(frozen=True)
class Beside:
    """What other rows say of employers, by their id: the open follow-up that is due first, the tags in alphabetical
    order, and how the relationship stands."""

    steps: dict[uuid.UUID, FollowUp]
    tags: dict[uuid.UUID, list[Tag]]
    health: dict[uuid.UUID, EmployerHealth]


EVERYTHING = frozenset({"next_step", "tags", "health"})


def beside(employers: Iterable[Employer], wanted: Collection[str] = EVERYTHING) -> Beside:
    """Those of EVERYTHING that are wanted, in one query; of the others nothing."""
    asked = _asked([employer.pk for employer in employers])
    return _beside(read_together({name: rows for name, rows in asked.items() if name in wanted}))


def one_with_beside(employers: QuerySet[Employer], pk: uuid.UUID) -> tuple[Employer | None, Beside]:
    """The one of these `employers` with that id, and everything beside it, in one query."""
    found = read_together({"employer": employers.filter(pk=pk), **_asked([pk])})
    return next(iter(found["employer"]), None), _beside(found)


def _asked(ids: list[uuid.UUID]) -> dict[str, QuerySet]:
    steps = FollowUp.objects.open().filter(employer_id__in=ids).order_by("employer_id", "due_on", "id")
    links = EmployerTag.objects.filter(employer_id__in=ids).select_related("tag").order_by("tag__name", "id")
    return {
        "next_step": steps.distinct("employer_id"),
        "tags": links,
        "health": EmployerHealth.objects.filter(employer_id__in=ids),
    }


def _beside(found: Mapping[str, list[Any]]) -> Beside:
    tags: dict[uuid.UUID, list[Tag]] = {}
    for link in found.get("tags", ()):
        tags.setdefault(link.employer_id, []).append(link.tag)
    return Beside(
        steps={step.employer_id: step for step in found.get("next_step", ())},
        tags=tags,
        health={row.employer_id: row for row in found.get("health", ())},
    )
