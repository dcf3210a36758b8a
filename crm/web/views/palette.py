"""Search: the page, and the list behind Ctrl K. Both read the same hits."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from crm.core import search
from crm.core.registry import navigation, search_sources
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.web import shell

PALETTE_LIMIT = 20
ABOUT_LIMIT = 4
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Hit:
    """Something to open: `kind` says what it is."""

    label: str
    kind: str
    icon: str
    url: str
    subtitle: str = ""


def places(request: HttpRequest, query: str) -> list[Hit]:
    """Pages and commands whose label or other words begin like the query; all of them for an empty one."""
    allowed = [entry for entry in navigation if request.may(entry.permission)]
    wanted = query.casefold().split()
    return [
        Hit(entry.label, "Do" if entry.place == "palette" else "Go to", entry.icon, entry.url)
        for entry in shell.entries(request, allowed)
        if all(_begins(f"{entry.label} {entry.words}", word) for word in wanted)
    ]


def _begins(text: str, word: str) -> bool:
    return any(part.startswith(word) for part in text.casefold().split())


def things(request: HttpRequest, query: str, limit: int) -> list[Hit]:
    """Rows of the search index this person may open: those of one kind together, the kind of the best one first."""
    sources = {source.name: source for source in search_sources if request.may(source.permission)}
    found = search.find(query, kinds=list(sources), limit=limit) if query else []
    hits = []
    for entry in found:
        source = sources[entry.kind]
        icon = getattr(source, "icon", "document-text")
        hits.append(Hit(entry.title, source.label, icon, source().url(entry.object_id), entry.subtitle))
    return [hit for group in grouped(hits).values() for hit in group]


def grouped(hits: list[Hit]) -> dict[str, list[Hit]]:
    """Hits by what they are, in the order in which each kind comes first."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.kind, []).append(hit)
    return groups


def commands_about(request: HttpRequest, query: str) -> list[Hit]:
    """A command and what it is about in one line: "log quick" is a conversation with Quickline."""
    word, _, rest = query.casefold().partition(" ")
    if len(rest) < SHORTEST_NAME:
        return []
    hits = []
    for entry in navigation:
        about = getattr(entry, "about", "")
        if about and request.may(entry.permission) and _begins(f"{entry.label} {entry.words}", word):
            for found in search.find(rest, kinds=[about], limit=ABOUT_LIMIT):
                url = entry.url_about(found.object_id, word)
                hits.append(Hit(f"{entry.label}: {found.title}", "Do", entry.icon, url, found.subtitle))
    return hits


class Search(Page):
    permission = Permission.SEARCH
    template_name = "web/search.html"
    title = "Search"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.get("q", "").strip()
        hits = things(request, query, 50) + (places(request, query) if query else [])
        said = f"{len(hits)} found" if query else ""
        template = "web/search.html#results" if request.htmx else ""
        return self.render(self.get_context(query=query, groups=grouped(hits), said=said), template=template)


class Palette(Page):
    """The options of the palette for `?q=`, as a fragment."""

    permission = Permission.SEARCH
    template_name = "web/palette_options.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query = request.GET.get("q", "").strip()
        found = commands_about(request, query) + places(request, query) + things(request, query, PALETTE_LIMIT)
        hits = found[:PALETTE_LIMIT]
        search_url = f"{reverse('search')}?{urlencode({'q': query})}"
        return self.render(self.get_context(hits=hits, query=query, search_url=search_url))
