"""What a change of many employers would do, and what one did."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.identity.models import User
from employers.models import BulkChange, Employer, EmployerTag, Tag, Tier

MOST = 2000  # employers in one change
SAMPLE = 50  # employers that a preview names


def changing(employers: QuerySet[Employer], fact: str, value: Any) -> dict[uuid.UUID, uuid.UUID | None]:
    """Those of `employers` that are different now, each with the id of the owner or tier it has (None for tags)."""
    wanted = value.pk if value else None
    if fact in ("owner", "tier"):
        had = employers.order_by().values_list("pk", f"{fact}_id")
        return {pk: before for pk, before in had if before != wanted}
    having = EmployerTag.objects.filter(tag=wanted).values("employer")
    found = employers.exclude(pk__in=having) if fact == "tag" else employers.filter(pk__in=having)
    return dict.fromkeys(found.order_by().values_list("pk", flat=True))


@dataclass(frozen=True)
class Preview:
    """How many were chosen, how many would change, and some of those with what they have now, in words."""

    chosen: int
    changing: int
    sample: list[tuple[Employer, str]]

    @property
    def staying(self) -> int:
        return self.chosen - self.changing

    @property
    def unnamed(self) -> int:
        """Changing and not in the sample."""
        return self.changing - len(self.sample)


def preview(employers: QuerySet[Employer], fact: str, value: Any) -> Preview:
    """What `change_in_bulk` would do now."""
    found = changing(employers, fact, value)
    named = Employer.objects.filter(pk__in=found).select_related("owner", "tier").order_by("sort_name", "id")[:SAMPLE]
    has = {"owner": lambda e: e.owner or "Nobody yet", "tier": lambda e: e.tier or "No tier"}
    say = has.get(fact, lambda _: "Without it" if fact == "tag" else "With it")
    return Preview(employers.count(), len(found), [(employer, str(say(employer))) for employer in named])


def words_of(change: BulkChange) -> str:
    """`Owner: Priya Nair`, `Took off the tag Mentor`: what a change did, as far as its value is still there."""
    if change.fact in ("owner", "tier"):
        model, none = (User, "nobody") if change.fact == "owner" else (Tier, "no tier")
        found = model.objects.filter(pk=change.value).first() if change.value else none
        return f"{change.get_fact_display()}: {found or 'removed since'}"
    tag = Tag.objects.filter(pk=change.value).first()
    return f"{change.get_fact_display()}: {tag or 'removed since'}"
