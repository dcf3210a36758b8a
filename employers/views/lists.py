"""The list of employers."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from crm.core.views import ListPage
from crm.identity.roles import Permission
from employers.forms import EmployerFilters
from employers.reads import employer_list
from employers.reads.standing import standing


class EmployerList(ListPage):
    """Everyone the institute works with or would like to."""

    permission = Permission.SEE_EMPLOYERS
    template_name = "employers/list.html"
    title = "Employers"
    filter_class = EmployerFilters

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet:
        return employer_list.employers_shown(self.request.user, filters)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        page, filters = extra["page"], extra["filters"]
        rows = list(page.object_list)
        steps = employer_list.next_steps(rows)
        extra["rows"] = [(row, standing(row), steps.get(row.pk)) for row in rows]
        extra["is_narrowed"] = any(value for name, value in filters.items() if name != "sort")
        if not self.request.htmx:
            around = employer_list.surroundings(self.request.user)
            extra |= {"around": around, "tabs": _tabs(around.counts, filters.get("view") or "all")}
        return super().get_context(**extra)


def _tabs(counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    address = reverse("employers:list")
    return [
        {
            "label": label,
            "url": address if view == "all" else f"{address}?{urlencode({'view': view})}",
            "count": counts[view],
            "current": view == current,
        }
        for view, label in employer_list.VIEWS.items()
    ]
