"""How the outbox of the institutes in the context is doing."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from crm.base.clock import now
from crm.outbox.models import Delivery, Entry
from crm.outbox.payloads import understood_versions


@dataclass(frozen=True)
class OutboxHealth:
    """`open_count` waits for a worker, `parked_count` for a person; `oldest_age` is of what waits for a worker."""

    open_count: int
    parked_count: int
    not_understood_count: int
    oldest_age: dt.timedelta | None


def health() -> OutboxHealth:
    """Counts and the age of the oldest fact that has not reached all its handlers. UTC throughout."""
    new = Entry.objects.filter(fanned_out_at=None).aggregate(count=Count("id"), oldest=Min("recorded_at"))
    working = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.CLAIMED])
    under_way = working.aggregate(count=Count("id"), oldest=Min("entry__recorded_at"))
    moments = [moment for moment in (new["oldest"], under_way["oldest"]) if moment]
    return OutboxHealth(
        open_count=new["count"] + under_way["count"],
        parked_count=parked().count(),
        not_understood_count=len(not_understood()),
        oldest_age=now() - min(moments) if moments else None,
    )


def parked() -> QuerySet[Delivery]:
    """What a person must look at, oldest first, with its entry."""
    found = Delivery.objects.filter(state=Delivery.State.PARKED)
    return found.select_related("entry").order_by("sequence", "handler")


def not_understood() -> list[Entry]:
    """Facts that this version of the code cannot read, oldest first. They wait for a version that can."""
    versions = understood_versions()
    new = Entry.objects.filter(fanned_out_at=None).order_by("sequence")
    return [entry for entry in new if entry.version > versions.get(entry.type, 0)]
