"""Who changed what: the list, one entry, the history of one record."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from crm.audit.forms import EntryFilter
from crm.audit.models import AuditEntry
from crm.audit.reads import actor_choices, entries, newest_seal, seal_of, table_choices, told
from crm.core.views import ListPage, Page
from crm.identity.roles import Permission

RECORD_ENTRIES = 200
REQUEST_LASTS = dt.timedelta(minutes=5)


class Log(ListPage):
    """Every change in the institute, newest first."""

    permission = Permission.SEE_AUDIT
    template_name = "audit/log.html"
    title = "Who changed what"
    filter_class = EntryFilter
    per_page = 50

    def get_queryset(self, filters: dict[str, Any]) -> QuerySet[AuditEntry]:
        return entries(
            table=filters.get("table", ""),
            actor=filters.get("who"),
            since=filters.get("since"),
            until=filters.get("until"),
        )

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            rows=told(list(extra["page"].object_list)),
            tables=table_choices(),
            people=actor_choices(),
            seal=newest_seal(),
            **extra,
        )


class EntryPage(Page):
    """One change: old and new, who, when, in which request, in which seal."""

    permission = Permission.SEE_AUDIT
    template_name = "audit/entry.html"
    title = "One change"

    def prepare(self) -> None:
        visible = AuditEntry.objects.visible_to(self.request.user)
        self.entry = get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        [row] = told([self.entry])
        together = AuditEntry.objects.none()
        if self.entry.request_id:
            together = entries().filter(request_id=self.entry.request_id).exclude(pk=self.entry.pk)
            together = together.filter(at__range=_around(self.entry))
        return super().get_context(row=row, seal=seal_of(self.entry), together=told(list(together[:25])), **extra)


class Record(Page):
    """Everything that happened to one row, newest first."""

    permission = Permission.SEE_AUDIT
    template_name = "audit/record.html"
    title = "History"

    def prepare(self) -> None:
        table = self.kwargs["table"].replace(".", "_")
        found = AuditEntry.objects.visible_to(self.request.user).of_record(table, self.kwargs["row_id"])
        self.rows = told(list(found[:RECORD_ENTRIES]))
        if not self.rows:
            raise Http404

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(rows=self.rows, newest=self.rows[0], limit=RECORD_ENTRIES, **extra)


def _around(entry: AuditEntry) -> tuple[Any, Any]:
    """The minutes in which one request can have written, so that its entries are found by their moment."""
    return entry.at - REQUEST_LASTS, entry.at + REQUEST_LASTS
