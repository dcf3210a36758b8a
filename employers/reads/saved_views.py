"""The views of the list that somebody may use, and how many employers each shows now."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from crm.core.together import HowMany, read_together
from crm.identity.models import User
from employers.models import SavedView
from employers.reads.employer_filters import filters_of, matches, narrowed
from employers.reads.employer_list import MAX_MATCHES, to_count

MOST = 30  # views that stand above a list


@dataclass(frozen=True)
class ViewShown:
    """A view with the query string that opens it. Its own name is in it, so that the page knows which one is open."""

    view: SavedView
    query: str
    is_open: bool


def kept_views(user: User) -> QuerySet[SavedView]:
    """One's own and those shared here, by name."""
    return SavedView.objects.visible_to(user)[:MOST]


def views_shown(views: Iterable[SavedView], *, open_view: str = "") -> list[ViewShown]:
    """`open_view` is the id of the one on the page."""
    return [ViewShown(view, opened(view), str(view.pk) == open_view) for view in views]


def counts_of(views: Iterable[SavedView], user: User) -> dict[uuid.UUID, int]:
    """How many employers each shows now: one query for all, and one more for each that has words to search for."""
    asked = {}
    for view in views:
        filters = filters_of(view.query)
        shown = narrowed(user, filters)
        if filters.get("q"):
            shown = shown.filter(pk__in=matches(filters["q"], MAX_MATCHES))
        asked[view.pk] = HowMany(to_count(user, filters, shown))
    return read_together(asked)


def opened(view: SavedView) -> str:
    """The query string of the list that opens it."""
    more = urlencode([("col", column) for column in view.columns] + [("saved", str(view.pk))])
    return f"{view.query}&{more}" if view.query else more
