"""What stands around the list of employers: the counts of its tabs, what its filters offer, the views that are kept."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crm.base.clock import today
from crm.base.context import acting_institute, current_context
from crm.core.together import Asked, HowMany, OneValue, Statement
from crm.identity.models import User
from employers.models import SavedView, Tag, Tier
from employers.reads.employer_filters import CHOICES, NONE, VIEWS, in_view
from employers.reads.people import owners_here
from employers.reads.saved_views import kept_views

MOST_SECTORS = 200  # of the institute's own words; who has more filters by IS-8 or SIC

# Each next sector by one look into the index, where DISTINCT would read an entry of every employer.
_SECTORS = """SELECT array_agg(sector) FROM (WITH RECURSIVE used AS (
  (SELECT sector FROM employers_employer
    WHERE institute_id = %s AND merged_into_id IS NULL AND sector > '' ORDER BY sector LIMIT 1)
  UNION ALL
  SELECT (SELECT later.sector FROM employers_employer later
    WHERE later.institute_id = %s AND merged_into_id IS NULL AND later.sector > used.sector
    ORDER BY later.sector LIMIT 1)
  FROM used WHERE used.sector IS NOT NULL)
SELECT sector FROM used WHERE sector IS NOT NULL LIMIT %s) AS sectors"""


@dataclass(frozen=True)
class Choices:
    """What each filter offers, as (value, text)."""

    of: dict[str, list[tuple[Any, str]]]

    def text(self, name: str, value: str) -> str:
        """The words of a choice: `text("stage", "prospect")` is "Prospect". Unknown ones are said as they are."""
        return next((text for key, text in self.of.get(name, ()) if str(key) == value), value)


FIXED = Choices(CHOICES)  # those that are the same in every institute


@dataclass(frozen=True)
class Frame:
    """How many employers stand behind each tab, what can be chosen, and one's own and shared views by name."""

    counts: dict[str, int]
    choices: Choices
    views: list[SavedView]


def frame(user: User) -> Frame:
    """All of it, in one query."""
    found = _found(user, whole=True)
    return Frame({view: found[f"count of {view}"] for view in VIEWS}, _choices(found), found["views"])


def choices(user: User) -> Choices:
    """What can be chosen here, in one query."""
    return _choices(_found(user, whole=False))


def _found(user: User, *, whole: bool) -> dict[str, Any]:
    return _statement(user, acting_institute(), current_context().institutes, today(), whole).read()


@lru_cache(maxsize=512)
def _statement(user: User, here: uuid.UUID, institutes: frozenset[uuid.UUID], day: dt.date, whole: bool) -> Statement:
    """The question depends on nothing else, so it is put together once a day for each who asks it all day long."""
    asked: dict[str, Asked] = {
        "tier": Tier.objects.visible_to(user).values_list("id", "label"),
        "tag": Tag.objects.visible_to(user).values_list("id", "name"),
        "owner": owners_here().values_list("id", "called"),
        "sector": OneValue(_SECTORS, [here, here, MOST_SECTORS]),
    }
    if whole:
        asked |= {f"count of {view}": HowMany(in_view(user, view)) for view in VIEWS}
        asked["views"] = kept_views(user)
    return Statement.of(asked)


def _choices(found: dict[str, Any]) -> Choices:
    ours = {
        "tier": [*_pairs(found["tier"]), (NONE, "No tier")],
        "owner": [*_pairs(found["owner"]), (NONE, "Nobody yet")],
        "sector": [(sector, sector) for sector in found["sector"] or ()],
        "tag": _pairs(found["tag"]),
    }
    return Choices(CHOICES | ours)


def _pairs(found: list[list[str]]) -> list[tuple[str, str]]:
    return [(value, text) for value, text in found]
