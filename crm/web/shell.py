"""The frame around a page: which entries it shows, where they lead, which one you are in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe

from crm.core.registry import panels
from crm.core.together import read_together

THEMES = {"system": "System", "light": "Light", "dark": "Dark"}


@dataclass(frozen=True)
class Entry:
    """A link of the sidebar, the phone bar or the palette.

    place: "main", "more" (below the line) or "palette" (reached by search only). `key` is the letter after `g`
    that goes there, `single_key` one that goes there alone (`l` logs).
    """

    label: str
    icon: str
    url: str
    place: str
    key: str
    single_key: str
    on_phone: bool
    short_label: str
    words: str
    covers: tuple[str, ...] = ()  # pages elsewhere that belong to it, as paths inside the institute
    current: bool = False


def entries(request: HttpRequest, registered: Iterable[Any]) -> tuple[Entry, ...]:
    """The registered entries as links inside the institute, the longest match marked as where you are."""
    found = _links(get_script_prefix(), tuple(registered))
    home = reverse("home")
    root = home.rstrip("/")
    longest = {
        e.url: max((len(p) for p in _paths(e, root) if _is_below(request.path, p, home)), default=0) for e in found
    }
    here = max(longest, key=lambda url: longest[url], default="")
    return tuple(replace(e, current=True) if e.url == here and longest[here] > 0 else e for e in found)


@lru_cache(maxsize=256)  # for each institute and each set of rights
def _links(institute_path: str, registered: tuple[Any, ...]) -> list[Entry]:
    return [_entry(cls, reverse(cls.url_name)) for cls in registered]


def _paths(entry: Entry, root: str) -> list[str]:
    return [entry.url, *(f"{root}{path}" for path in entry.covers)]


def _is_below(path: str, above: str, home: str) -> bool:
    return path == above or (above != home and path.startswith(above))


def _entry(cls: Any, url: str) -> Entry:
    return Entry(
        label=cls.label,
        icon=cls.icon,
        url=url,
        place=getattr(cls, "place", "main"),
        key=getattr(cls, "key", ""),
        single_key=getattr(cls, "single_key", ""),
        on_phone=getattr(cls, "on_phone", False),
        short_label=getattr(cls, "short_label", cls.label),
        words=getattr(cls, "words", ""),
        covers=getattr(cls, "covers", ()),
    )


@dataclass(frozen=True)
class Shown:
    """Panels of one place: their HTML, and what each says in a sentence for the top of the page."""

    html: SafeString
    headlines: list[str]


def shown_panels(request: HttpRequest, slot: str, subject: Any = None) -> Shown:
    """What the apps registered for that place, in order; empty when nobody has anything to say.

    A panel may put a `headline` ("Four follow-ups are due, two are overdue") beside its values, so that the sentence on
    top and the list below come from one query.
    """
    shown, headlines = [], []
    here = [panel() for panel in panels if panel.slot == slot and request.may(panel.permission)]
    for panel, rows in zip(here, _rows_of(here, request, subject), strict=True):
        values = panel.context(request, subject, **rows)
        if values is None:
            continue
        shown.append(get_template(panel.template).render({"subject": subject, **values}, request))
        headlines += filter(None, [values.get("headline")])
    return Shown(mark_safe("".join(shown)), headlines)  # noqa: S308 (each part was escaped by its own template)


def _rows_of(here: list[Any], request: HttpRequest, subject: Any) -> list[dict[str, list[Any]]]:
    """For each panel the rows it asks for by name, all read in one statement."""
    asked = [panel.rows(request, subject) if hasattr(panel, "rows") else {} for panel in here]
    numbered = {(number, name): rows for number, wanted in enumerate(asked) for name, rows in wanted.items()}
    found = read_together(numbered)
    return [{name: found[number, name] for name in wanted} for number, wanted in enumerate(asked)]


def composed(request: HttpRequest, composer: Any, values: dict[str, Any]) -> SafeString:
    """The form of a registered composer."""
    return get_template(composer.template).render(values, request)


def chosen_theme(request: HttpRequest) -> str:
    """ "light", "dark", or "system" for whatever the cookie holds otherwise."""
    cookie = request.COOKIES.get("theme", "")
    return cookie if cookie in THEMES else "system"
