"""The page "Health": what is wrong with the system, and what to do about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from crm.base.clock import now
from crm.base.context import NETWORK_ID
from crm.core.health.checks import Level, look_at_everything
from crm.core.views import Page
from crm.identity.roles import Permission


class Health(Page):
    """Every check. What is counted in rows of institutes is counted in one's own; for the network, in all.

    htmx asks again every twenty seconds and gets the `results` partial alone.
    """

    permission = Permission.SEE_HEALTH
    template_name = "web/health.html"
    title = "Health"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        partial = f"{self.template_name}#results" if request.htmx and not request.htmx.boosted else ""
        return self.render(self.get_context(), template=partial)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        mine = self.request.institute.id
        results = look_at_everything(None if mine == NETWORK_ID else [mine])
        bad = sorted((r for r in results if r.finding.level), key=lambda r: -r.finding.level)
        return super().get_context(
            bad=bad,
            fine=[r for r in results if not r.finding.level],
            wrong=sum(r.finding.level is Level.WRONG for r in results),
            looked_at=now(),
            **extra,
        )
