"""A network lead's first page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from crm.base.context import NETWORK_ID
from crm.core.registry import network_figures, panels
from crm.identity.roles import Permission
from crm.network.models import SharedCopy, ShareRequest
from crm.network.reads import compare
from crm.network.share_reads import offers_waiting, open_requests


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


@panels.register
class AskedToShare:
    """On My day: what other institutes offer or ask for, until somebody answers."""

    slot, order = "home", 60
    permission = Permission.SHARE
    template = "network/panels/asked_to_share.html"

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        return {"offered": offers_waiting(request.user), "requests": open_requests(request.user)}

    def context(
        self, request: HttpRequest, subject: Any, offered: list[SharedCopy], requests: list[ShareRequest]
    ) -> dict[str, Any] | None:
        """None when nothing waits."""
        waiting = len(offered) + len(requests)
        if not waiting:
            return None
        said = "1 institute waits" if waiting == 1 else f"{waiting} requests wait"
        return {"offered": offered, "requests": requests, "headline": f"{said} for an answer about sharing"}
