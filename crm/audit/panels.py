"""Pieces of the audit on My day and on record pages."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from crm.audit.models import AuditEntry
from crm.audit.reads import entries, newest_seal, told
from crm.base.clock import today
from crm.core.registry import panels
from crm.identity.roles import Permission

SHOWN = 3


@panels.register
class LastChanges:
    """For those who may see the audit: the last changes of an employer's own row, and the way to all of them."""

    slot, order = "employer", 900
    permission = Permission.SEE_AUDIT
    template = "audit/panels/last_changes.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None for a row from before there was an audit."""
        table = subject._meta.db_table
        found = list(AuditEntry.objects.visible_to(request.user).of_record(table, subject.pk)[:SHOWN])
        return {"rows": told(found), "table": table, "row_id": subject.pk} if found else None


@panels.register
class Trail:
    """For those who may see the audit: how much was written down in a week, and how far it is sealed."""

    slot, order = "home_side", 30
    permission = Permission.SEE_AUDIT
    template = "audit/panels/trail.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """Always something."""
        since = today() - dt.timedelta(days=6)
        return {"changes": entries(since=since).count(), "since": since, "seal": newest_seal()}
