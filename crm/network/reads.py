"""Institutes side by side."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from crm.core.figures import Figure
from crm.core.registry import network_figures
from crm.identity.models import Institute
from crm.network.models import NetworkFigure


@dataclass(frozen=True)
class Row:
    """An institute and its figures in the order asked for; None where nothing is published by today's definition."""

    institute: Institute
    values: list[int | None]
    figures: Sequence[type[Figure]]

    @property
    def cells(self) -> list[tuple[type[Figure], int | None]]:
        """Each value with its figure."""
        return list(zip(self.figures, self.values, strict=True))


@dataclass(frozen=True)
class Comparison:
    """The figures asked for, a row per live institute, and when a number last changed (None: none is published)."""

    figures: Sequence[type[Figure]]
    rows: list[Row]
    as_of: dt.datetime | None

    @property
    def published(self) -> int:
        """How many institutes have published at least one of these figures."""
        return sum(any(value is not None for value in row.values) for row in self.rows)


def figures_of(group: str) -> list[type[Figure]]:
    """The figures of one group, in their order."""
    return [figure for figure in network_figures if figure.group == group]


def compare(figures: Sequence[type[Figure]], *, sort: str = "") -> Comparison:
    """Every live institute with these figures. Two queries, in the Network's context.

    `sort` is "name" or the name of a figure, with "-" for the largest first; what is not published comes last.
    """
    versions = {figure.name: figure.version for figure in figures}
    published = NetworkFigure.objects.filter(name__in=versions)
    found = {(row.about_institute_id, row.name): row for row in published if row.version == versions[row.name]}
    institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True).order_by("name", "id")
    rows = [
        Row(institute, [_value(found.get((institute.id, figure.name))) for figure in figures], figures)
        for institute in institutes
    ]
    as_of = max((row.as_of for row in found.values()), default=None)
    return Comparison(figures, _sorted(rows, list(versions), sort), as_of)


def _value(row: NetworkFigure | None) -> int | None:
    return row.value if row else None


def _sorted(rows: list[Row], names: list[str], sort: str) -> list[Row]:
    wanted, reverse = sort.removeprefix("-"), sort.startswith("-")
    if wanted not in names:
        return rows[::-1] if wanted == "name" and reverse else rows
    column = names.index(wanted)
    known = [row for row in rows if row.values[column] is not None]
    known.sort(key=lambda row: row.values[column], reverse=reverse)
    return known + [row for row in rows if row.values[column] is None]
