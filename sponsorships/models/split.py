"""How one promise is split: components over parties, then each part over its payments, to the penny."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from crm.base.money import split_pence


@dataclass(frozen=True)
class Split:
    """Pence by component, party and payment: `cells[component][party][payment]`, in the order they were given."""

    cells: tuple[tuple[tuple[int, ...], ...], ...]

    def of_party(self, party: int) -> int:
        """All that a party gets."""
        return sum(sum(component[party]) for component in self.cells)

    def of_component(self, component: int, party: int) -> int:
        """What a party gets of one component."""
        return sum(self.cells[component][party])

    def payment(self, component: int, number: int) -> int:
        """One payment on a component, over all parties."""
        return sum(party[number] for party in self.cells[component])

    @property
    def total(self) -> int:
        """Everything."""
        return sum(self.of_party(party) for party in range(len(self.cells[0])))


def split_agreement(components: Sequence[int], weights: Sequence[int], payments: int) -> Split:
    """Split each component's pence over the parties by weight, and each part evenly over the payments.

    Largest remainder both times, ties to the earlier: the same input gives the same output and no penny is lost.
    Raises ValueError for weights that are empty, negative or all zero, and for no payments.
    """
    cells = []
    for pence in components:
        parts = split_pence(pence, weights)
        cells.append(tuple(tuple(split_pence(part, [1] * payments)) for part in parts))
    return Split(tuple(cells))


def yearly(first: dt.date, count: int) -> list[dt.date]:
    """`count` dates a year apart. 29 February becomes 28 February in ordinary years."""
    days = []
    for year in range(first.year, first.year + count):
        leap_day = (first.month, first.day) == (2, 29)
        ordinary = year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)
        days.append(first.replace(year=year, day=28 if leap_day and ordinary else first.day))
    return days
