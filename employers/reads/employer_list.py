"""What the list of employers shows. Every question is one query, however many employers there are."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower

from crm.base.context import acting_institute
from crm.core import search
from crm.identity.models import Institute, User
from employers.models import Employer, FollowUp, Tier
from employers.querysets import EmployerQuerySet
from employers.reads.people import colleagues

MAX_MATCHES = 100  # a search shows its best hundred; who needs more names it better
VIEWS = {"mine": "My employers", "anchor": "Anchor", "quiet": "Going quiet", "all": "All"}
_NAME = (Lower("name"), "id")
SORTS: dict[str, tuple[Any, ...]] = {
    "name": _NAME,
    "-name": (Lower("name").desc(), "-id"),
    "last_contact": (F("last_contact_on").asc(nulls_first=True), "id"),
    "-last_contact": (F("last_contact_on").desc(nulls_last=True), "-id"),
}


def employers_shown(user: User, filters: dict[str, Any]) -> QuerySet[Employer]:
    """Employers that match every filter given, sorted as asked (best match first for a search, else by name).

    Filters: q, view (mine, anchor, quiet), stage, tier and owner (ids), sector, sort. What is unknown matches nothing.
    """
    shown = in_view(user, filters.get("view") or "all")
    for name in ("stage", "sector"):
        if filters.get(name):
            shown = shown.filter(**{name: filters[name]})
    for name in ("tier", "owner"):
        if filters.get(name):
            shown = shown.filter(**{f"{name}_id": _uuid(filters[name])})
    order = SORTS.get(filters.get("sort") or "")
    if filters.get("q"):
        ids = [entry.object_id for entry in search.find(filters["q"], kinds=["employer"], limit=MAX_MATCHES)]
        best = Case(*(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)), default=Value(MAX_MATCHES))
        shown, order = shown.filter(pk__in=ids), order or (best, "id")
    return shown.with_quiet().select_related("owner", "tier").order_by(*(order or _NAME))


def in_view(user: User, view: str) -> EmployerQuerySet:
    """One of the tabs above the list."""
    visible = Employer.objects.visible_to(user)
    narrowed = {"mine": visible.owned_by(user), "anchor": visible.anchor(), "quiet": visible.going_quiet()}
    return narrowed.get(view, visible)


@dataclass(frozen=True)
class Surroundings:
    """What stands above the rows: a count per tab, and what each select offers as (value, text)."""

    counts: dict[str, int]
    stages: list[tuple[str, str]]
    tiers: list[tuple[uuid.UUID, str]]
    sectors: list[tuple[str, str]]
    owners: list[tuple[uuid.UUID, str]]


def surroundings(user: User) -> Surroundings:
    """Counts and choices, in three queries."""
    counts = {view: _count_of(in_view(user, view)) for view in VIEWS}
    used = Employer.objects.visible_to(user).exclude(sector="").order_by("sector").values("sector").distinct()
    here = Institute.objects.filter(pk=acting_institute())
    row = here.values(**counts, sectors=ArraySubquery(used)).get()
    return Surroundings(
        counts={view: row[view] for view in VIEWS},
        stages=list(Employer.Stage.choices),
        tiers=[(tier.pk, tier.label) for tier in Tier.objects.visible_to(user)],
        sectors=[(sector, sector) for sector in row["sectors"]],
        owners=[(colleague.pk, colleague.name) for colleague in colleagues()],
    )


def _count_of(employers: EmployerQuerySet) -> Coalesce:
    one_row = employers.order_by().values("institute").annotate(how_many=Count("*")).values("how_many")
    return Coalesce(one_row, Value(0))


def next_steps(employers: Iterable[Employer]) -> dict[uuid.UUID, FollowUp]:
    """The open follow-up of each employer that is due first."""
    ids = [employer.pk for employer in employers]
    first = FollowUp.objects.open().filter(employer_id__in=ids).order_by("employer_id", "due_on", "id")
    return {follow_up.employer_id: follow_up for follow_up in first.distinct("employer_id")}


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
