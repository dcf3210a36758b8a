"""What imports keep of a person: the rows of files that were about them."""

from typing import Any

from django.db.models import Q, QuerySet

from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.imports.models import ImportFile, ImportRow, SourceRecord


@personal_data.register
class ImportedRows(PersonalData):
    name, label, order = "imports.rows", "Rows of imported files about them", 80
    heads = ("File", "Row", "What it said")
    fate = "Goes: the row, what its source said of them, and the file as it was uploaded."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        rows = _about(person).select_related("job").order_by("id")
        return [(row.job.file_name, row.number, ", ".join(filter(None, row.cells))) for row in rows]

    def erase(self, person: Person, by: Any) -> int:
        """Rows that name them go too where nobody knows yet whom they are about: a problem, a choice to be made."""
        rows = _about(person)
        ImportFile.objects.filter(job__in=rows.values("job")).delete()
        SourceRecord.objects.filter(object_id__in=person.contact_ids).delete()
        return rows.delete()[0]


def _about(person: Person) -> QuerySet[ImportRow]:
    """Rows that led to them, and rows about people with their address, or their name and no target."""
    theirs = Q(target_id__in=person.contact_ids)
    for address in person.addresses:
        theirs |= Q(cells__icontains=address)
    for name in person.names:
        theirs |= Q(cells__icontains=name, job__kind="contacts", target_id=None)
    return ImportRow.objects.filter(theirs)
