"""A network lead's first page."""

from typing import Any

from django.http import HttpRequest

from crm.base.context import NETWORK_ID
from crm.core.registry import network_figures, panels
from crm.identity.roles import Permission
from crm.network.reads import compare


@panels.register
class Institutes:
    """A few figures of every institute."""

    slot, order = "home", 10
    permission = Permission.SEE_NETWORK
    template = "network/panels/institutes.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None outside the Network, where nobody has published anything."""
        if request.institute.id != NETWORK_ID:
            return None
        comparison = compare([figure for figure in network_figures if figure.on_my_day])
        told = comparison.published
        headline = f"{told} of {len(comparison.rows)} institutes have published figures" if told else ""
        return {"comparison": comparison, "headline": headline}
