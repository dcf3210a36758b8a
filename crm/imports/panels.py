"""What imports show on the pages of records."""

from typing import Any

from django.db.models import QuerySet
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

    def rows(self, request: HttpRequest, subject: Any) -> dict[str, QuerySet]:
        records = SourceRecord.objects.filter(kind="employers", object_id=subject.pk)
        return {"records": records.order_by("source", "key")}

    def context(self, request: HttpRequest, subject: Any, records: list[SourceRecord]) -> dict[str, Any] | None:
        """None for an employer that no list named."""
        return {"records": records} if records else None
