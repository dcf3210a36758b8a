"""Whom rows about people and conversations belong to: the employers they name, found for many rows at once."""

from collections.abc import Sequence
from typing import Any

from crm.imports.models import ImportRow
from employers.imports.matching import find_employers
from employers.models import Employer
from employers.reads.duplicates import Known


def place(rows: Sequence[ImportRow]) -> None:
    """Write the employer's id and its name here into the facts of each row, or say at the row why that is not known."""
    known = [Known(name=row.facts["employer"], company_number=row.facts.get("company_number", "")) for row in rows]
    found = find_employers(known)
    names = Employer.objects.in_bulk({one.employer_id for one in found if one.employer_id})
    for row, one in zip(rows, found, strict=True):
        if one.employer_id:
            row.facts |= {"employer_id": str(one.employer_id), "employer": names[one.employer_id].name}
        else:
            alike, perhaps = ([told.name for told in several] for several in (one.candidates, one.perhaps))
            refuse(row, _why(row.facts["employer"], alike, perhaps))


def refuse(row: ImportRow, reason: str, field: str = "employer", label: str = "Employer") -> None:
    """Make the row a problem."""
    fault: dict[str, Any] = {"field": field, "label": label, "value": row.facts.get(field, ""), "reason": reason}
    row.verdict, row.faults = ImportRow.Verdict.PROBLEM, [*row.faults, fault]


def _why(name: str, alike: list[str], perhaps: list[str]) -> str:
    if alike:
        return f"“{name[:60]}” may be {' or '.join(alike[:3])}: write the name as it stands here."
    if perhaps:
        return f"We have no employer called “{name[:60]}”. If it is {perhaps[0]}, write that; else import it first."
    return f"We have no employer called “{name[:60]}”. Import it first, or write the name as it stands here."
