"""What imports show on the pages of records."""

from typing import Any

from django.http import HttpRequest

from crm.core.registry import panels
from crm.identity.roles import Permission
from crm.imports.models import SourceRecord


@panels.register
class Sources:
    """Which lists an employer stands on, and which no longer have it."""

    slot, order = "employer", 70
    permission = Permission.SEE_EMPLOYERS
    template = "imports/panels/sources.html"

    def context(self, request: HttpRequest, subject: Any) -> dict[str, Any] | None:
        """None for an employer that no list named."""
        records = list(SourceRecord.objects.filter(kind="employers", object_id=subject.pk).order_by("source", "key"))
        return {"records": records} if records else None
