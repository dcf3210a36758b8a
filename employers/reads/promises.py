"""Promises of the whole institute."""

from typing import Any

from django.db.models import Q

from crm.identity.models import User
from employers.models import Promise
from employers.querysets import PromiseQuerySet


def promises_shown(user: User, filters: dict[str, Any]) -> PromiseQuerySet:
    """What the filters let through, the first due first; the open ones unless a state is asked for."""
    shown = Promise.objects.visible_to(user).select_related("employer", "owner", "contact", "settled_by")
    state = filters.get("state") or "open"
    if state in ("overdue", "due"):
        shown = shown.overdue() if state == "overdue" else shown.due()
    elif state != "all":
        shown = shown.filter(state=state)
    if filters.get("q"):
        shown = shown.filter(Q(what__icontains=filters["q"]) | Q(employer__name__icontains=filters["q"]))
    for name in ("side", "owner", "employer"):
        if filters.get(name):
            shown = shown.filter(**{name: filters[name]})
    return shown
