"""One fact for many employers at once, and taking that back."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from crm.base.bulk import bulk_insert
from crm.base.clock import now
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from employers.domain_events.lists import BulkChangeUndone, EmployersChanged
from employers.models import BulkChange, BulkChangeRow, Employer, EmployerTag, Tag, Tier
from employers.reads.bulk_changes import MOST, changing
from employers.reads.people import is_colleague

Value = User | Tier | Tag | None


@action
def change_in_bulk(
    *, employers: Collection[uuid.UUID], fact: str, value: Value, expected: int | None = None, by: User
) -> BulkChange:
    """Give many employers an owner or a tier (None: nobody, no tier), or put a tag on them or take it off.

    Only those that are different before are written, in a few statements, and what they had is kept for
    `undo_bulk_change`. `expected` is how many a preview said: Conflict when it is another number by now. Raises
    OverLimit above MOST employers, DomainError for an owner who does not work with employers here and when there is
    nothing to change.
    """
    _refuse_value(fact, value)
    if len(employers) > MOST:
        raise OverLimit(f"Choose at most {MOST:,} employers at once. Narrow the list first.")
    locked = Employer.objects.filter(pk__in=employers).order_by("pk").select_for_update(of=("self",))
    list(locked.values_list("pk", flat=True))  # in one order, so that two bulk changes wait for each other
    before = changing(Employer.objects.filter(pk__in=employers), fact, value)
    if not before:
        raise DomainError("Nothing would change: they all have this already.", field="to")
    if expected is not None and expected != len(before):
        raise Conflict("The list has changed since you looked. See below what would change now.")
    change = BulkChange.objects.create(fact=fact, value=value.pk if value else None, changed=len(before), by=by)
    bulk_insert([BulkChangeRow(change=change, employer_id=pk, before=had) for pk, had in before.items()])
    _WRITE[fact].do(list(before), change.value)
    record(
        EmployersChanged(
            change_id=change.id,
            fact=fact,
            value=change.value,
            says=str(value) if isinstance(value, Tag | Tier) else "",
            employer_ids=sorted(before, key=str),
        ),
        by=by,
    )
    return change


@action
def undo_bulk_change(*, change: BulkChange, by: User) -> BulkChange:
    """Give back what they had to all employers whose fact nobody has changed since; the others stay as they are.

    `restored` of the change says how many that were. Raises Conflict when it was undone before, or when the
    tier or tag to give back is gone.
    """
    locked = BulkChange.objects.select_for_update().filter(pk=change.pk).first()
    if locked is None:
        raise NotFound("There is no such change.")
    if locked.undone_at:
        raise Conflict("This change was undone already.")
    restored = _WRITE[locked.fact].undo(locked)
    locked.undone_at, locked.restored = now(), len(restored)
    locked.save(update_fields=["undone_at", "restored"])
    record(BulkChangeUndone(change_id=locked.id, fact=locked.fact, employer_ids=sorted(restored, key=str)), by=by)
    return locked


def _refuse_value(fact: str, value: Any) -> None:
    kinds = {"owner": User | None, "tier": Tier | None, "tag": Tag, "untag": Tag}
    if fact not in kinds:
        raise DomainError("Choose owner, tier or tag.", field="fact")
    if not isinstance(value, kinds[fact]):
        raise DomainError("Choose one from the list.", field="to")
    if isinstance(value, User) and not is_colleague(value):
        raise DomainError("Choose a colleague who works with employers here.", field="to")


@dataclass(frozen=True)
class _Write:
    """How a fact is written on employers, and how that is taken back: undoing returns those it gave back."""

    do: Callable[[list[uuid.UUID], uuid.UUID | None], Any]
    undo: Callable[[BulkChange], list[uuid.UUID]]


def _set(column: str) -> _Write:
    def do(pks: list[uuid.UUID], value: uuid.UUID | None) -> None:
        Employer.objects.filter(pk__in=pks).update(**{column: value})

    def undo(change: BulkChange) -> list[uuid.UUID]:
        """One statement for each value that they had before: as many as there were owners or tiers."""
        still = _as_written(change, column)
        had = dict(change.rows.filter(employer__in=still).values_list("employer_id", "before"))
        if column == "tier_id" and not _tiers_stand(set(had.values())):
            raise Conflict("A tier that they had no longer exists. Give them one of those there are.")
        for before in set(had.values()):
            Employer.objects.filter(pk__in=[pk for pk, value in had.items() if value == before]).update(
                **{column: before}
            )
        return list(had)

    return _Write(do, undo)


def _tiers_stand(tiers: set[uuid.UUID | None]) -> bool:
    wanted = tiers - {None}
    return Tier.objects.filter(pk__in=wanted).count() == len(wanted)


def _as_written(change: BulkChange, column: str) -> QuerySet:
    rows = change.rows.values("employer")
    unchanged = {f"{column}__isnull": True} if change.value is None else {column: change.value}
    return (
        Employer.objects.filter(pk__in=rows, **unchanged).select_for_update(of=("self",)).values_list("pk", flat=True)
    )


def _put_on(pks: list[uuid.UUID], tag_id: uuid.UUID | None) -> None:
    bulk_insert([EmployerTag(employer_id=pk, tag_id=tag_id) for pk in pks], on_conflict="DO NOTHING")
    Employer.objects.filter(pk__in=pks).touch()


def _take_off(pks: list[uuid.UUID], tag_id: uuid.UUID | None) -> None:
    EmployerTag.objects.filter(employer__in=pks, tag=tag_id).delete()
    Employer.objects.filter(pk__in=pks).touch()


def _undo_tag(change: BulkChange) -> list[uuid.UUID]:
    """Off those that still have it."""
    having = EmployerTag.objects.filter(employer__in=change.rows.values("employer"), tag=change.value)
    pks = list(having.values_list("employer_id", flat=True))
    _take_off(pks, change.value)
    return pks


def _undo_untag(change: BulkChange) -> list[uuid.UUID]:
    """Back on those on which nobody has put it again."""
    if not Tag.objects.filter(pk=change.value).exists():
        raise Conflict("This tag no longer exists.")
    having = set(EmployerTag.objects.filter(tag=change.value).values_list("employer_id", flat=True))
    alive = Employer.objects.filter(pk__in=change.rows.values("employer")).values_list("pk", flat=True)
    pks = [pk for pk in alive if pk not in having]
    _put_on(pks, change.value)
    return pks


_WRITE = {
    "owner": _set("owner_id"),
    "tier": _set("tier_id"),
    "tag": _Write(_put_on, _undo_tag),
    "untag": _Write(_take_off, _undo_untag),
}
