"""What the list of employers shows. Every question is one query, however many employers there are."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Count, QuerySet, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject

from crm.base.context import acting_institute
from crm.core.together import read_together
from crm.identity.models import Institute, User
from employers.models import Employer, EmployerHealth, EmployerTag, FollowUp, Tag, Tier
from employers.querysets import EmployerQuerySet
from employers.reads.employer_filters import CHOICES, NONE, SORTS, VIEWS, in_view, matches, narrowed
from employers.reads.people import colleagues

MAX_MATCHES = 100  # a search shows its best hundred; who needs more names it better
MOST_SECTORS = 200  # of the institute's own words; who has more filters by IS-8 or SIC

# Each next sector by one look into the index, where DISTINCT would read an entry of every employer.
_SECTORS = """ARRAY(WITH RECURSIVE used AS (
  (SELECT sector FROM employers_employer
    WHERE institute_id = %s AND merged_into_id IS NULL AND sector > '' ORDER BY sector LIMIT 1)
  UNION ALL
  SELECT (SELECT later.sector FROM employers_employer later
    WHERE later.institute_id = %s AND merged_into_id IS NULL AND later.sector > used.sector
    ORDER BY later.sector LIMIT 1)
  FROM used WHERE used.sector IS NOT NULL)
SELECT sector FROM used WHERE sector IS NOT NULL LIMIT %s)"""


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


def count_shown(user: User, filters: dict[str, Any], shown: QuerySet[Employer]) -> int:
    """How many are `shown`, the `employers_shown` under these filters.

    Those of one health level are counted by their summaries: to join 100,000 employers only to leave out those that
    were merged takes three times as long as to leave out the few.
    """
    if {name for name, value in filters.items() if value and name != "sort"} != {"health"}:
        return shown.count()
    merged = Employer.with_merged.filter(merged_into__isnull=False)
    of_level = EmployerHealth.objects.visible_to(user).filter(level=filters["health"])
    return of_level.exclude(employer__in=merged.values("pk")).count()


@dataclass(frozen=True)
class Choices:
    """What each filter offers, as (value, text)."""

    of: dict[str, list[tuple[Any, str]]]

    def text(self, name: str, value: str) -> str:
        """The words of a choice: `text("stage", "prospect")` is "Prospect". Unknown ones are said as they are."""
        return next((text for key, text in self.of.get(name, ()) if str(key) == value), value)


def view_counts(user: User) -> dict[str, int]:
    """How many employers stand behind each tab, in one query."""
    counts = {view: count_of(in_view(user, view)) for view in VIEWS}
    return Institute.objects.filter(pk=acting_institute()).values(**counts).get()


def choices(user: User) -> Choices:
    """What can be chosen here, in two queries."""
    here = acting_institute()
    tiers = Tier.objects.visible_to(user).values(pair=JSONObject(id="id", label="label"))
    tags = Tag.objects.visible_to(user).values(pair=JSONObject(id="id", label="name"))
    sectors = RawSQL(_SECTORS, [here, here, MOST_SECTORS], output_field=ArrayField(TextField()))  # noqa: S611
    found = {"tiers": ArraySubquery(tiers), "tags": ArraySubquery(tags), "sectors": sectors}
    row = Institute.objects.filter(pk=here).values(**found).get()
    owners = [(colleague.pk, colleague.name) for colleague in colleagues().only("id", "name")]
    ours = {
        "tier": [*_pairs(row["tiers"]), (NONE, "No tier")],
        "owner": [*owners, (NONE, "Nobody yet")],
        "sector": [(sector, sector) for sector in row["sectors"]],
        "tag": _pairs(row["tags"]),
    }
    return Choices(CHOICES | ours)


def _pairs(found: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(pair["id"], pair["label"]) for pair in found]


def count_of(employers: EmployerQuerySet) -> Coalesce:
    """How many these are, as a part of another query."""
    one_row = employers.order_by().values("institute").annotate(how_many=Count("*")).values("how_many")
    return Coalesce(one_row, Value(0))


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
