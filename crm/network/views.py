"""What a network lead sees: institutes side by side, in published numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from crm.base.clock import now, today
from crm.base.context import NETWORK_ID
from crm.core.documents import Document, Section
from crm.core.downloads import csv_response, pdf_response, xlsx_response
from crm.core.figures import Figure, Group, Unit
from crm.core.reports import Column, Kind
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.network.reads import Comparison, compare, figures_of
from crm.web.charts import Bar, Chart, by_category


class NetworkPage(Page):
    """One group of figures, institutes side by side (`self.comparison`)."""

    permission = Permission.SEE_NETWORK
    title = "Compare institutes"

    def prepare(self) -> None:
        """Figures belong to the Network; in an institute there is no such page."""
        if self.request.institute.id != NETWORK_ID:
            raise Http404
        asked = self.request.GET
        self.group = Group(asked["group"]) if asked.get("group") in Group.values else Group.EMPLOYERS
        self.comparison = compare(figures_of(self.group), sort=asked.get("sort", ""))


class CompareInstitutes(NetworkPage):
    """A table that sorts, one of its figures as a chart, and how each is counted."""

    template_name = "network/compare.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        asked, comparison = self.request.GET, self.comparison
        drawn = _named(comparison.figures, asked.get("figure", ""))
        tabs = [(each.label, each.value, each == self.group) for each in Group]
        query = f"?{urlencode({'group': self.group.value, 'sort': asked.get('sort', '')})}"
        return super().get_context(
            comparison=comparison,
            tabs=tabs,
            group=self.group.value,
            sort=asked.get("sort", ""),
            csv_url=reverse("network:compare_csv") + query,
            xlsx_url=reverse("network:compare_xlsx") + query,
            pdf_url=reverse("network:compare_pdf") + query,
            drawn=drawn,
            chart=_chart(comparison, drawn) if drawn else None,
            **extra,
        )


class CompareCsv(NetworkPage):
    """The table as it is sorted on the page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = comparison_document(self.group, self.comparison)
        [section] = document.sections
        columns = section.columns
        lines = ([c.csv_cell(value) for c, value in zip(columns, row, strict=True)] for row in section.rows)
        return csv_response(document.name, [column.csv_head for column in columns], lines)


class CompareXlsx(NetworkPage):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return xlsx_response(comparison_document(self.group, self.comparison))


class ComparePdf(NetworkPage):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return pdf_response(comparison_document(self.group, self.comparison))


def comparison_document(group: Group, comparison: Comparison) -> Document:
    """The table of one group with the definition of each figure."""
    kinds = {Unit.PENCE: Kind.PENCE, Unit.COUNT: Kind.COUNT}
    columns = [Column("Institute"), *(Column(figure.label, kinds[figure.unit]) for figure in comparison.figures)]
    rows = [(row.institute.short_name, *row.values) for row in comparison.rows]
    return Document(
        name=f"network-{group.value}-{today():%Y-%m-%d}",
        title=f"Institutes compared: {group.label}",
        owner="The network of Institutes of Technology",
        as_of=comparison.as_of or now(),
        description="Numbers that each institute publishes about itself. Where there is none, nothing is published: not"
        " yet, or too few learners to show.",
        sections=[Section("", columns, rows, empty="No institute has published a figure yet.")],
        prose=[("How each is counted", "\n".join(f"{f.label}: {f.definition}" for f in comparison.figures))],
    )


def _named(figures: Sequence[type[Figure]], name: str) -> type[Figure] | None:
    """The figure of that name, else the first."""
    return next((figure for figure in figures if figure.name == name), figures[0] if figures else None)


def _chart(comparison: Comparison, figure: type[Figure]) -> Chart | None:
    """The largest on top; institutes with nothing to draw stand in the table only. None when that is all of them."""
    column = list(comparison.figures).index(figure)
    known = [(row.values[column], row.institute.short_name) for row in comparison.rows]
    shown = sorted(((value, name) for value, name in known if value and value > 0), key=lambda bar: -bar[0])
    if not shown:
        return None
    unit = "pence" if figure.unit == "pence" else figure.label.lower()
    chart = by_category(figure.label, [Bar(name, value) for value, name in shown], unit=unit, name=figure.name)
    return replace(chart, label_heading="Institute")
