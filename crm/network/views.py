"""What a network lead sees: institutes side by side, in published numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404

from crm.base.context import NETWORK_ID
from crm.core.figures import Figure, Group
from crm.core.views import Page
from crm.identity.roles import Permission
from crm.network.reads import Comparison, compare, figures_of
from crm.web.charts import Bar, Chart, by_category


class CompareInstitutes(Page):
    """One group of figures as a table that sorts, one of them as a chart, and how each is counted."""

    permission = Permission.SEE_NETWORK
    template_name = "network/compare.html"
    title = "Compare institutes"

    def prepare(self) -> None:
        """Figures belong to the Network; in an institute there is no such page."""
        if self.request.institute.id != NETWORK_ID:
            raise Http404

    def get_context(self, **extra: Any) -> dict[str, Any]:
        asked = self.request.GET
        group = Group(asked["group"]) if asked.get("group") in Group.values else Group.EMPLOYERS
        comparison = compare(figures_of(group), sort=asked.get("sort", ""))
        drawn = _named(comparison.figures, asked.get("figure", ""))
        tabs = [(each.label, each.value, each == group) for each in Group]
        return super().get_context(
            comparison=comparison,
            tabs=tabs,
            group=group.value,
            sort=asked.get("sort", ""),
            drawn=drawn,
            chart=_chart(comparison, drawn) if drawn else None,
            **extra,
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
