"""What the audit keeps of a person: the earlier values of their own rows."""

from typing import Any

from crm.audit.actions import erase_personal
from crm.audit.models import AuditEntry
from crm.audit.reads import told
from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell


@personal_data.register
class History(PersonalData):
    """Runs after all others: erasing is itself a change whose old values must go."""

    name, label, order = "audit.history", "Changes of their record", 900
    heads = ("When", "Who", "What", "Before", "After")
    fate = "That something changed, when and by whom stays; the values go. The chain of seals holds."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        found = told(list(_entries(person).order_by("at", "id")))
        return [(t.entry.at, t.who, c.label, c.before, c.after) for t in found for c in t.changes if c.is_personal]

    def erase(self, person: Person, by: Any) -> int:
        tables = set(_entries(person).order_by().values_list("table_name", "row_id"))
        return sum(erase_personal(table=table, row_id=row_id, by=by) for table, row_id in sorted(tables, key=str))


def _entries(person: Person) -> Any:
    return AuditEntry.objects.filter(row_id__in=person.contact_ids)
