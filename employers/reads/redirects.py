"""Where an employer that was merged is now."""

import uuid
from collections.abc import Iterable

from crm.core.registry import redirects
from employers.models import Employer


def left_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """By each id of an employer, the one it is now: itself, or what it was merged into, however often."""
    left = {pk: pk for pk in ids}
    moved: dict[uuid.UUID, uuid.UUID] = {}
    wanted = set(left)
    while wanted:
        merged = Employer.with_merged.filter(pk__in=wanted, merged_into__isnull=False)
        newest = dict(merged.values_list("pk", "merged_into_id"))
        moved |= newest
        wanted = set(newest.values()) - moved.keys()
    for pk in left:
        while left[pk] in moved:
            left[pk] = moved[left[pk]]
    return left


def known_as(employer: Employer, merged: Iterable[Employer] | None = None) -> list[uuid.UUID]:
    """The employer's id, and those of all that were merged into it: under these its history was written.

    `merged` are the rows merged into this very one, where they are at hand.
    """
    newest = _merged_into([employer.pk]) if merged is None else [row.pk for row in merged]
    ids = [employer.pk, *newest]
    while newest:
        newest = _merged_into(newest)
        ids += newest
    return ids


def _merged_into(ids: list[uuid.UUID]) -> list[uuid.UUID]:
    return list(Employer.with_merged.filter(merged_into__in=ids).values_list("pk", flat=True))


@redirects.register
class MergedEmployers:
    """Lets addresses, forms and the API name an employer by the id of one that was merged into it."""

    name = "employer"
    now_at = staticmethod(left_of)
