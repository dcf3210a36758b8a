"""Search under row security.

The operators of trigram search are not leakproof, so a policy would switch their indexes off. Two definer functions
read the index for the institutes of the context and return ids only; the rows are then read through row security.
"""

import uuid
from collections.abc import Sequence

from django.db import connection
from django.urls import reverse

from crm.base.bulk import bulk_insert
from crm.base.names import match_key, plain
from crm.core.models import SearchEntry
from crm.identity.roles import Permission

MAX_QUERY = 100
_SHOWN = ["title", "subtitle", "words", "match_key"]


class SearchSource:
    """Where a hit leads: a page about one object, behind the right to see it.

    Register the subclass in the app's search.py with `search_sources.register`. `name` is the `kind` under which the
    app's actions index its objects; `url_name` is a page that takes the object's id.
    """

    name: str
    label: str
    icon: str
    permission: Permission
    url_name: str

    def url(self, object_id: uuid.UUID) -> str:
        """The page of that object."""
        return reverse(self.url_name, args=[object_id])


def entry(*, kind: str, object_id: uuid.UUID, title: str, subtitle: str = "", extra_words: str = "") -> SearchEntry:
    """The entry of an object, not saved."""
    return SearchEntry(
        kind=kind,
        object_id=object_id,
        title=title[:300],
        subtitle=subtitle[:300],
        words=plain(f"{title} {subtitle} {extra_words}"),
        match_key=match_key(title)[:300],
    )


def index(*, kind: str, object_id: uuid.UUID, title: str, subtitle: str = "", extra_words: str = "") -> None:
    """Make or replace the entry of an object. Called by the action that writes the object."""
    made = entry(kind=kind, object_id=object_id, title=title, subtitle=subtitle, extra_words=extra_words)
    SearchEntry.objects.bulk_create(  # one statement, where update_or_create needs five
        [made], update_conflicts=True, unique_fields=["institute", "kind", "object_id"], update_fields=_SHOWN
    )


def index_many(entries: Sequence[SearchEntry]) -> None:
    """As `index` for each `entry(...)`, in a few statements."""
    written = ", ".join(f"{name} = excluded.{name}" for name in _SHOWN)
    bulk_insert(entries, on_conflict=f"(institute_id, kind, object_id) DO UPDATE SET {written}")


def unindex(*, kind: str, object_id: uuid.UUID) -> None:
    """Take an object out of the index."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def find(query: str, *, kinds: Sequence[str], limit: int = 20) -> list[SearchEntry]:
    """Entries whose words hold or nearly hold the query, best first."""
    words = plain(query[:MAX_QUERY])
    if not words or not kinds:
        return []
    return _entries("SELECT id FROM search_entries(%s, %s, %s)", [words, list(kinds), limit])


def similar(name: str, *, kind: str, limit: int = 5) -> list[SearchEntry]:
    """Entries of that kind that may be the same thing as `name`, likeliest first."""
    key = match_key(name[:MAX_QUERY])
    if len(key) < 2:
        return []
    return _entries("SELECT id FROM similar_entries(%s, %s, %s)", [key, kind, limit])


def _entries(sql: str, params: list[object]) -> list[SearchEntry]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = [row[0] for row in cursor.fetchall()]
    found = SearchEntry.objects.in_bulk(ids)
    return [found[i] for i in ids if i in found]
