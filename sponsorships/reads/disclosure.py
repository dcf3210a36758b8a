"""What may be shown about small groups of learners: groups under the threshold are merged, never printed.

Totals of a whole fund are always shown, so leaving a small group out would let a reader subtract it. It is put
together with others instead until the sum is large enough; if all of them together are not, there is no breakdown.
The threshold is settings.DISCLOSURE_THRESHOLD (10); counts are rounded to the nearest 5 as Ofqual does.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

ROUNDED_TO = 5


@dataclass(frozen=True)
class Group:
    """Pence and the learners they went to. `learners` never leaves this module's callers as a set."""

    label: str
    pence: int
    learners: frozenset[uuid.UUID]

    @property
    def is_small(self) -> bool:
        """Too few to be shown by itself."""
        return len(self.learners) < settings.DISCLOSURE_THRESHOLD


def shown_count(count: int) -> int | None:
    """A count of learners as it may be shown: to the nearest 5, or None when under the threshold."""
    if count < settings.DISCLOSURE_THRESHOLD:
        return None
    return ROUNDED_TO * ((2 * count + ROUNDED_TO) // (2 * ROUNDED_TO))


def publishable(groups: Sequence[Group], *, merged_label: str) -> list[Group]:
    """The groups largest first, small ones merged with the next larger until they are large enough; [] if never."""
    shown = sorted((g for g in groups if not g.is_small), key=lambda g: (-g.pence, g.label))
    small = [g for g in groups if g.is_small and g.pence]
    if not small:
        return shown
    merged = _merge(merged_label, small)
    while merged.is_small and shown:
        merged = _merge(merged_label, [merged, shown.pop()])
    return [] if merged.is_small else [*shown, merged]


def publishable_in_order(groups: Sequence[Group]) -> list[Group]:
    """The groups in their order, each small one merged with its neighbours; [] when all together are too few."""
    shown: list[Group] = []
    for group in groups:
        if shown and shown[-1].is_small:
            group = _merge(f"{shown[-1].label.split(' – ')[0]} – {group.label}", [shown.pop(), group])
        shown.append(group)
    while len(shown) > 1 and shown[-1].is_small:
        last = shown.pop()
        shown[-1] = _merge(f"{shown[-1].label.split(' – ')[0]} – {last.label.split(' – ')[-1]}", [shown[-1], last])
    return [] if not shown or shown[0].is_small else shown


def _merge(label: str, groups: Sequence[Group]) -> Group:
    learners = frozenset().union(*(g.learners for g in groups))
    return Group(label, sum(g.pence for g in groups), learners)
