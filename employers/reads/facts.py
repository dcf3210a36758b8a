"""What a partnership with one employer is made of, as its record shows it."""

from typing import Any

from employers.models import Employer, Promise

MOST = 8  # of a kind on the record; all of them stand in the institute's list


def facts_of(employer: Employer) -> dict[str, Any]:
    """Each kind of fact, what is open first; asks the database once for each."""
    return {"employer": employer, "only_theirs": f"?state=all&employer={employer.pk}", "promises": _promises(employer)}


def _promises(employer: Employer) -> list[Promise]:
    mine = Promise.objects.open().filter(employer=employer)
    return list(mine.select_related("owner", "contact").order_by("due_on", "id")[:MOST])
