"""What this app shows on My day."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from crm.core.registry import panels
from crm.identity.roles import Permission
from crm.outbox.reads import health

SLOW = dt.timedelta(minutes=5)  # the relay looks every 5 seconds: so old means that no worker runs


@panels.register
class WorkInTheBackground:
    """For administrators: whether what people did has reached everything that follows from it."""

    slot, order = "home_side", 20
    permission = Permission.MANAGE_PEOPLE
    template = "outbox/panels/background.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something: silence would look like health."""
        found = health()
        is_slow = found.oldest_age is not None and found.oldest_age > SLOW
        minutes = int(found.oldest_age.total_seconds() // 60) if found.oldest_age else 0
        stuck = found.parked_count + found.not_understood_count
        headline = "Work in the background has stopped" if is_slow else ""
        return {"health": found, "is_slow": is_slow, "minutes": minutes, "stuck": stuck, "headline": headline}
