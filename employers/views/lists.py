"""The list of employers."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from crm.core.api.pagination import PageOfRows, page
from crm.core.api.problems import Problem
from crm.core.together import how_many
from crm.core.views import ListPage
from crm.identity.roles import Permission
from employers.forms import EmployerFilters
from employers.models import Employer
from employers.reads import employer_list, list_frame
from employers.reads.employer_filters import SORTS, VIEWS
from employers.reads.health import TONES
from employers.reads.list_columns import COLUMNS, ListColumn, columns_asked
from employers.reads.saved_views import views_shown
from employers.reads.standing import standing

PER_PAGE = 25
FURTHEST = 40  # pages that are counted to; beyond, the links carry where the page starts
DENSITIES = {"comfortable": "Comfortable", "compact": "Compact"}
YEAR = 365 * 24 * 60 * 60
# Beside the search; the rest stands behind "More filters".
FIRST_FILTERS = {"stage": "stage", "tier": "tier", "owner": "owner"}
MORE_FILTERS = {
    "health": "health", "contact": "last contact", "sector": "sector", "is8_sector": "IS-8 sector",
    "sic_section": "SIC section", "size_band": "size", "region": "region", "lsip_area": "LSIP area",
}  # fmt: skip
LABELS = {**FIRST_FILTERS, **MORE_FILTERS, "local_authority": "local authority", "tag": "tag", "q": "words"}


@dataclass(frozen=True)
class Listed:
    """A page of the list: which one it is, its rows, and the ways before and after it ("" where there is none)."""

    number: int
    rows: list[Employer]
    count: int
    before: str
    after: str

    @property
    def start(self) -> int:
        return (self.number - 1) * PER_PAGE + 1 if self.rows else 0

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1 if self.rows else 0


class EmployerList(ListPage):
    """Everyone the institute works with or would like to."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/list.html"
    title = "Employers"
    filter_class = EmployerFilters

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = EmployerFilters(request.GET)
        self.filters = form.cleaned_data if form.is_valid() else {}
        self.columns = columns_asked(request.GET.getlist("col") or request.COOKIES.get("columns", "").split("."))
        self.density = _known(request.GET.get("density"), request.COOKIES.get("density"))
        partial = "#results" if request.htmx and not request.htmx.boosted else ""
        response = self.render(self.get_context(is_whole=not partial), template=f"{self.template_name}{partial}")
        if "keep" in request.GET:
            self._remember(response)
        return response

    def get_context(self, **extra: Any) -> dict[str, Any]:
        whole, user = extra["is_whole"], self.request.user
        around = list_frame.frame(user) if whole else None
        counts = around.counts if around else {}
        chosen = {name: value for name, value in self.filters.items() if value and name in LABELS}
        named = chosen.keys() & {"tier", "owner", "tag"}
        choices = around.choices if around else list_frame.choices(user) if named else list_frame.FIXED
        listed = self._listed(None if chosen else counts.get(self.filters.get("view") or "all"))
        extra |= {"page": listed, "rows": _rows(listed.rows, self.columns), "filters": self.filters}
        extra |= {"columns": self.columns, "density": self.density, "chips": self._chips(chosen, choices)}
        extra |= {"is_narrowed": bool(chosen or self.filters.get("view")), "query": self._query().urlencode()}
        if around:
            open_view = self.request.GET.get("saved", "")
            extra |= {"tabs": _tabs(counts, "" if open_view else self.filters.get("view") or "all")}
            views = views_shown(around.views, open_view=open_view)
            extra |= {"views": views, "open_view": open_view, "tags": choices.of["tag"]}
            first, more = _selects(FIRST_FILTERS, choices), _selects(MORE_FILTERS, choices)
            extra |= {"first_filters": first, "more_filters": more}
            extra["more_chosen"] = len(chosen.keys() & {*MORE_FILTERS, "tag"})
        shown = {column.name for column in self.columns}
        extra["column_names"] = ".".join(column.name for column in self.columns)
        extra |= {"query_pairs": self._pairs("col"), "columns_in_address": self.request.GET.getlist("col")}
        extra["column_choices"] = [(column, column.name in shown) for column in COLUMNS.values()]
        return super().get_context(densities=DENSITIES.items(), **extra)

    def _listed(self, count: int | None) -> Listed:
        """The page asked for. `count` where it is known already."""
        query = self.request.GET
        shown = employer_list.employers_shown(self.request.user, self.filters)
        count = how_many(employer_list.to_count(self.request.user, self.filters, shown)) if count is None else count
        number = max(1, min(_number(query.get("page")), -(-count // PER_PAGE)))
        if cursor := query.get("before"):
            found = self._page(_opposite(self.filters), cursor)
            found = found and PageOfRows(found.rows[::-1], found.first, found.next_cursor)
        else:
            found = self._page(self.filters, query.get("after", "")) if "after" in query else None
        if found is None:
            number = min(number, FURTHEST)
            found = page(shown, size=PER_PAGE, cursor="", list_of=self._mark(), skip=(number - 1) * PER_PAGE)
        has_more = number * PER_PAGE < count
        has_cursors = not self.filters.get("q")
        after = self._link(number + 1, after=found.next_cursor if has_cursors else "") if has_more else ""
        before = self._link(number - 1, before=found.first if has_cursors and number > FURTHEST else "")
        return Listed(number, found.rows, count, before if number > 1 else "", after)

    def _page(self, filters: dict[str, Any], cursor: str) -> PageOfRows | None:
        """Rows after the cursor; None where it is none of ours, say in an old link whose filters were changed."""
        shown = employer_list.employers_shown(self.request.user, filters)
        try:
            return page(shown, size=PER_PAGE, cursor=cursor, list_of=self._mark())
        except Problem:
            return None

    def _mark(self) -> str:
        """What a cursor belongs to: the filters, whatever way one pages through them."""
        return f"employers:{sorted((name, str(value)) for name, value in self.filters.items() if value)}"

    def _query(self, **changes: str) -> QueryDict:
        """The filters, the order and the columns in force, with these changed and without a page."""
        query = self.request.GET.copy()
        for name in ("page", "after", "before", "keep", "density", "saved", *changes):
            query.pop(name, None)
        query.update({name: value for name, value in changes.items() if value})
        return query

    def _pairs(self, *without: str) -> list[tuple[str, str]]:
        """For the hidden fields of a form that asks for the same list otherwise."""
        return [(name, value) for name, values in self._query().lists() if name not in without for value in values]

    def _link(self, number: int, **cursor: str) -> str:
        return self._query(page=str(number), **cursor).urlencode()

    def _chips(self, chosen: dict[str, Any], choices: list_frame.Choices) -> list[dict[str, str]]:
        """Each filter in force in words, with the address of the list without it."""
        chips = []
        for name, value in chosen.items():
            for each in value if isinstance(value, list) else [value]:
                query = self._query()
                query.setlist(name, [kept for kept in query.getlist(name) if kept != each])
                text = f"{LABELS[name].capitalize() if name != 'q' else 'Search'}: {choices.text(name, each)}"
                chips.append({"text": text[:1].upper() + text[1:], "url": f"?{query.urlencode()}"})
        return chips

    def _remember(self, response: HttpResponse) -> None:
        """The columns and the density as somebody chose them in this browser."""
        names = ".".join(column.name for column in self.columns)
        for name, value in (("columns", names), ("density", self.density)):
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)


def _rows(employers: list[Employer], columns: list[ListColumn]) -> list[Employer]:
    """Each with what its cells show: what belongs to other rows is asked only where a column shows it."""
    found = employer_list.beside(employers, {column.name for column in columns})
    nobody = uuid.UUID(int=0)
    address = reverse("employers:record", args=[nobody])  # once, for all rows
    for employer in employers:
        employer.url = address.replace(str(nobody), str(employer.pk))
        employer.standing, employer.next_step = standing(employer), found.steps.get(employer.pk)
        employer.tags, employer.level = found.tags.get(employer.pk, ()), found.health.get(employer.pk)
        employer.health_tone = TONES[employer.level.level] if employer.level else ""
        employer.cells = [(column, column.text(employer) if column.text else None) for column in columns]
    return employers


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    address = reverse("employers:list")
    return [
        {
            "label": label,
            "url": address if view == "all" else f"{address}?{urlencode({'view': view})}",
            "count": counts[view],
            "current": view == current,
        }
        for view, label in VIEWS.items()
    ]


def _selects(names: dict[str, str], choices: list_frame.Choices) -> list[tuple[str, str, list]]:
    offered = ((name, label, choices.of[name]) for name, label in names.items())
    return [(name, label, found) for name, label, found in offered if [value for value, _ in found if value != "none"]]


def _opposite(filters: dict[str, Any]) -> dict[str, Any]:
    """The same employers from the end."""
    sort = filters.get("sort") or "name"
    return {**filters, "sort": sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 1


def _known(*densities: str | None) -> str:
    return next((density for density in densities if density in DENSITIES), "comfortable")


assert all(_opposite({"sort": sort})["sort"] in SORTS for sort in SORTS)
