"""What the mail pages count and say."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from crm.base.clock import now
from crm.core.registry import reminders
from crm.identity.models import User
from crm.mail.models import MailServer, Occurrence, Sweep
from crm.mail.states import State

SWEEP_SHOULD_LOOK_EVERY = dt.timedelta(minutes=15)


def mail_shown(user: User, tab: str, words: str = "") -> QuerySet[Occurrence]:
    """The list of a tab ("next", "attention", "sent", "all"), to people whose name or address holds `words`."""
    found = Occurrence.objects.visible_to(user).select_related("held_by")
    words = words.strip()
    if words:
        found = found.filter(Q(recipient_name__icontains=words) | Q(recipient_email__icontains=words.lower()))
    if tab == "attention":
        return found.needing_attention().order_by("-settled_at", "-id")
    if tab == "sent":
        return found.filter(state=State.SENT).order_by("-settled_at", "-id")
    if tab == "all":
        return found.order_by("-due_at", "-id")
    return found.filter(state=State.PLANNED).order_by("not_before", "id")


def counts() -> dict[str, int]:
    """How many go out next, and how many need a person."""
    return Occurrence.objects.filter(
        Q(state=State.PLANNED) | Q(pk__in=Occurrence.objects.needing_attention().values("pk"))
    ).aggregate(
        next=Count("pk", filter=Q(state=State.PLANNED)),
        attention=Count("pk", filter=~Q(state=State.PLANNED)),
    )


def label_of(rule: str) -> str:
    """The reminder's label; the bare name of one that is no more."""
    reminder = reminders.get(rule)
    return reminder.label if reminder else rule


def labelled(occurrences: Any) -> list[Occurrence]:
    """The occurrences, each with the label of its reminder."""
    listed = list(occurrences)
    for occurrence in listed:
        occurrence.label = label_of(occurrence.rule)
    return listed


def last_look() -> dict[str, Any]:
    """When reminders were last looked for, and which of them cannot be planned. A silent engine must be seen."""
    newest = Sweep.objects.aggregate(at=Max("looked_at"))["at"]
    broken = [label_of(rule) for rule in Sweep.objects.exclude(last_error="").values_list("rule", flat=True)]
    is_overdue = newest is not None and newest < now() - SWEEP_SHOULD_LOOK_EVERY
    return {"at": newest, "broken": sorted(broken), "is_overdue": is_overdue}


def resting_server() -> MailServer | None:
    """A mail server that does not answer and is being left alone, if there is one."""
    return MailServer.objects.filter(rest_until__gt=now()).first()
