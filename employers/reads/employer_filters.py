"""What the list of employers can be narrowed by, and in which orders it stands.

Every condition compares a plain column: under row security no index serves an operator that might leak.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import F, QuerySet

from crm.base.clock import today
from crm.core import search
from crm.core.reference.shipped import IS8_SECTORS, LSIP_AREAS, REGIONS, SIC_SECTIONS
from crm.identity.models import User
from employers.models import Employer, EmployerHealth, EmployerTag
from employers.querysets import EmployerQuerySet

VIEWS = {"mine": "My employers", "anchor": "Anchor", "quiet": "Going quiet", "all": "All"}
NONE = "none"  # of a filter by an id: those that have none
SINCE_CONTACT = {
    "30": "In the last 30 days",
    "31-90": "31 to 90 days ago",
    "over-90": "Over 90 days ago",
    "never": "Never",
}
WORDS = ("stage", "sector", "is8_sector", "region", "lsip_area", "local_authority", "sic_section", "size_band")
CHOICES: dict[str, list[tuple[str, str]]] = {
    "stage": list(Employer.Stage.choices),
    "health": list(EmployerHealth.Level.choices),
    "is8_sector": list(IS8_SECTORS.items()),
    "region": [(name, name) for name in sorted(REGIONS.values())],
    "lsip_area": [(name, name) for name in sorted(LSIP_AREAS.values())],
    "sic_section": [(letter, f"{letter}: {name}") for letter, name in SIC_SECTIONS.items()],
    "size_band": list(Employer.SizeBand.choices),
    "contact": list(SINCE_CONTACT.items()),
}
FILTERS = frozenset({"q", "view", "tier", "owner", "health", "contact", "tag", "sort", *WORDS})
LONGEST, MOST_QUERY = 200, 1000  # characters of a value, and of a query string that is kept

_NAME, _NAME_BACK = ("sort_name", "id"), ("-sort_name", "-id")
# Each with its exact opposite, by which one pages back.
SORTS: dict[str, tuple[Any, ...]] = {
    "name": _NAME,
    "-name": _NAME_BACK,
    "last_contact": (F("last_contact_on").asc(nulls_first=True), "id"),
    "-last_contact": (F("last_contact_on").desc(nulls_last=True), "-id"),
    "sector": ("sector", *_NAME),
    "-sector": ("-sector", *_NAME_BACK),
    "region": ("region", *_NAME),
    "-region": ("-region", *_NAME_BACK),
    "changed": ("updated_at", "id"),
    "-changed": ("-updated_at", "-id"),
}


def in_view(user: User, view: str) -> EmployerQuerySet:
    """One of the tabs above the list."""
    visible = Employer.objects.visible_to(user)
    narrowed = {
        "mine": visible.owned_by,
        "anchor": lambda _: visible.anchor(),
        "quiet": lambda _: visible.going_quiet(),
    }
    return narrowed.get(view, lambda _: visible)(user)


def narrowed(user: User, filters: dict[str, Any]) -> EmployerQuerySet:
    """Employers that match every filter given, in no order. What is unknown matches nothing.

    Filters: view (mine, anchor, quiet), stage, sector, is8_sector, region, lsip_area, local_authority, sic_section,
    size_band, health, contact (see SINCE_CONTACT), tier and owner (an id or "none"), tag (ids, all of which are on it).
    `q` is left to the caller: matches of a search have an order of their own.
    """
    shown = in_view(user, filters.get("view") or "all")
    shown = shown.filter(**{name: filters[name] for name in WORDS if filters.get(name)})
    for name in ("tier", "owner"):
        if filters.get(name):
            shown = shown.filter(**_by_id(f"{name}_id", filters[name]))
    if filters.get("contact"):
        shown = _SPOKEN.get(filters["contact"], EmployerQuerySet.none)(shown)
    for links in links_of(user, filters):
        shown = shown.filter(pk__in=links.values("employer"))
    return shown


def links_of(user: User, filters: dict[str, Any]) -> list[QuerySet]:
    """For each filter that looks beside the employer, its health or a tag: the rows there that point at one who passes,
    one row an employer."""
    tags = dict.fromkeys(_uuid(tag) for tag in filters.get("tag") or ())
    links = [EmployerTag.objects.visible_to(user).filter(tag_id=tag) for tag in tags]
    if filters.get("health"):
        links.append(EmployerHealth.objects.visible_to(user).filter(level=filters["health"]))
    return links


def matches(typed: str, limit: int) -> list[uuid.UUID]:
    """Ids of the employers that `typed` may mean, best first."""
    return [entry.object_id for entry in search.find(typed, kinds=["employer"], limit=limit)]


def known_query(query: str) -> str:
    """Of a query string of the list what the list knows: filters and order, without a page or columns."""
    pairs = [(name, value) for name, value in parse_qsl(query, max_num_fields=100) if name in FILTERS and value]
    return urlencode([(name, value) for name, value in pairs if len(value) <= LONGEST])[:MOST_QUERY]


def filters_of(query: str) -> dict[str, Any]:
    """The filters that a stored query string stands for, as `narrowed` takes them."""
    pairs = parse_qsl(query)
    filters: dict[str, Any] = dict(pairs)
    return filters | {"tag": [value for name, value in pairs if name == "tag"]}


def _by_id(column: str, wanted: str) -> dict[str, Any]:
    return {f"{column}__isnull": True} if wanted == NONE else {column: _uuid(wanted)}


def _days_ago(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


_SPOKEN: dict[str, Callable[[EmployerQuerySet], EmployerQuerySet]] = {
    "30": lambda shown: shown.filter(last_contact_on__gte=_days_ago(30)),
    "31-90": lambda shown: shown.filter(last_contact_on__range=(_days_ago(90), _days_ago(31))),
    "over-90": lambda shown: shown.filter(last_contact_on__lt=_days_ago(90)),
    "never": lambda shown: shown.filter(last_contact_on__isnull=True),
}


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def known_ids(texts: Iterable[str]) -> list[uuid.UUID]:
    """Those of them that are ids at all."""
    return [found for found in map(_uuid, texts) if found.int]
