"""The audit as a report, for an auditor's own tools."""

from django.db.models import CharField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from crm.audit.models import AuditEntry
from crm.audit.reads import SYSTEM, entries, table_choices
from crm.core.registry import reports
from crm.core.report_filters import PeriodFilters
from crm.core.reports import Column, Kind, Report, label_of
from crm.identity.models import User
from crm.identity.roles import Permission


@reports.register
class Changes(Report):
    """Without personal values, which live apart and can be erased."""

    name = "changes"
    title = "Who changed what"
    description = "Every row added, changed or removed, the latest first. Personal values are left out."
    permission = Permission.SEE_AUDIT
    order = 90
    filter_class = PeriodFilters
    columns = (
        Column("When", Kind.MOMENT),
        Column("Who"),
        Column("What was done"),
        Column("Table"),
        Column("Row"),
        Column("Columns, old and new"),
        Column("Request"),
    )

    def query(self) -> QuerySet:
        name = User.objects.filter(id=OuterRef("actor_id")).values("name")
        who = Coalesce(Subquery(name), Value(SYSTEM), output_field=CharField())
        done, table = label_of("action", AuditEntry.Action.choices), label_of("table_name", table_choices())
        facts = Cast("facts", TextField())
        rows = entries(since=self.period.since, until=self.period.until).order_by("-at", "-id")
        return rows.values_list("at", who, done, table, Cast("row_id", CharField()), facts, "request_id")
