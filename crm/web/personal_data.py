"""What the pages keep of a person: reports that a worker made as files."""

from typing import Any

from crm.core.personal_data import Person, PersonalData
from crm.core.registry import personal_data
from crm.core.reports import Cell
from crm.web.prepared import forget_every_file


@personal_data.register
class PreparedReports(PersonalData):
    name, label, order = "web.prepared_files", "Reports made as files since yesterday", 85
    heads = ("File",)
    fate = "Go, whoever is in them. A report can be asked for again."

    def rows(self, person: Person) -> list[tuple[Cell, ...]]:
        """Nothing: they are copies, of what every other kind shows from where it stands."""
        return []

    def erase(self, person: Person, by: Any) -> int:
        """Nobody has read what is inside, so none is spared."""
        return forget_every_file()
