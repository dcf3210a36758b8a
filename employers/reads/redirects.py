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


def known_as(employer: Employer) -> list[uuid.UUID]:
    """The employer's id, and those of all that were merged into it: under these its history was written."""
    ids = [employer.pk]
    newest = [employer.pk]
    while newest:
        newest = list(Employer.with_merged.filter(merged_into__in=newest).values_list("pk", flat=True))
        ids += newest
    return ids


@redirects.register
class MergedEmployers:
    """Lets addresses, forms and the API name an employer by the id of one that was merged into it."""

    name = "employer"
    now_at = staticmethod(left_of)
