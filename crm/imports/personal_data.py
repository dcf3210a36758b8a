"""What imports keep of a person: the rows of files that were about them."""

from typing import Any

from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.imports.models import ImportRow, SourceRecord


@personal_data.register
class ImportedRows(PersonalData):
    name, label, order = "imports.rows", "Rows of imported files about them", 80
    heads = ("File", "Row", "What it said")
    fate = "Goes: the row and what its source said of them are deleted."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        rows = ImportRow.objects.filter(target_id__in=person.contact_ids).select_related("job").order_by("id")
        return [(row.job.file_name, row.number, ", ".join(filter(None, row.cells))) for row in rows]

    def erase(self, person: Person, by: Any) -> int:
        SourceRecord.objects.filter(object_id__in=person.contact_ids).delete()
        return ImportRow.objects.filter(target_id__in=person.contact_ids).delete()[0]
