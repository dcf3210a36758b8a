"""The queue of likely duplicates."""

from typing import Any

from django.db.models import Q, QuerySet

from crm.identity.models import User
from employers.models import DuplicatePair, EmployerMerge


def pairs_shown(user: User, filters: dict[str, Any]) -> QuerySet[DuplicatePair]:
    """Pairs in one state (open unless said), the likeliest first; open ones only while both are there."""
    rows = DuplicatePair.objects.visible_to(user).filter(state=filters.get("state") or DuplicatePair.State.OPEN)
    if employer := filters.get("employer"):
        rows = rows.filter(Q(first=employer) | Q(second=employer))
    if (filters.get("state") or "open") != DuplicatePair.State.MERGED:
        rows = rows.filter(first__merged_into=None, second__merged_into=None)
    return rows.select_related(
        *("first__organisation", "first__owner", "second__organisation", "second__owner", "decided_by")
    )


def merges_shown(user: User) -> QuerySet[EmployerMerge]:
    """Merges, the latest first, each with its undo if it has one."""
    return EmployerMerge.objects.visible_to(user).select_related("by", "kept").prefetch_related("undone__by")
