"""The columns that the list of employers can have, on the page and in its files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from crm.core.reference.shipped import IS8_SECTORS, SIC_SECTIONS
from crm.core.reports import Column, Kind, label_of
from crm.web.templatetags.text import day, moment
from employers.models import Employer, EmployerHealth, EmployerTag, FollowUp


@dataclass(frozen=True)
class ListColumn:
    """One column: its name in the address, its head, the order it offers, and what a file holds of it.

    `in_file` is a column of the file and the expression of its cell, each; made when asked for, because rows of an
    institute can be spoken of only inside its context. `text` is what the page shows of an employer where that is a
    text alone, and `is_short` keeps it in one line; the other cells are drawn by employers/list_cell.html.
    """

    name: str
    label: str
    in_file: Callable[[], list[tuple[Column, Any]]]
    sort: str = ""
    text: Callable[[Employer], str] | None = None
    is_short: bool = False


def _plain(name: str, label: str, sort: str = "", *, is_short: bool = False) -> ListColumn:
    return ListColumn(name, label, lambda: [(Column(label), F(name))], sort, attrgetter(name), is_short)


def _chosen(name: str, label: str, choices: Iterable[tuple[str, str]], *, is_short: bool = False) -> ListColumn:
    labels = dict(choices)
    return ListColumn(
        name,
        label,
        lambda: [(Column(label), label_of(name, labels.items()))],
        text=lambda employer: labels.get(getattr(employer, name), ""),
        is_short=is_short,
    )


def _dated(name: str, label: str, kind: Kind, show: Callable[[Any], str], fact: str, sort: str = "") -> ListColumn:
    return ListColumn(
        name,
        label,
        lambda: [(Column(label, kind), F(fact))],
        sort,
        text=lambda employer: show(getattr(employer, fact)),
        is_short=True,
    )


def _stage() -> tuple[Column, Any]:
    return Column("Stage"), label_of("stage", Employer.Stage.choices)


def _tier() -> tuple[Column, Any]:
    return Column("Tier"), Coalesce("tier__label", Value(""))


def _next_step() -> list[tuple[Column, Any]]:
    first = FollowUp.objects.open().filter(employer=OuterRef("pk")).order_by("due_on", "id")
    title = Coalesce(Subquery(first.values("title")[:1]), Value(""))
    return [(Column("Next step"), title), (Column("Due", Kind.DATE), Subquery(first.values("due_on")[:1]))]


def _tags() -> list[tuple[Column, Any]]:
    names = EmployerTag.objects.filter(employer=OuterRef("pk")).order_by().values("employer")
    listed = names.annotate(listed=StringAgg("tag__name", ", ", order_by="tag__name")).values("listed")
    return [(Column("Tags"), Coalesce(Subquery(listed), Value(""), output_field=TextField()))]


def _health() -> list[tuple[Column, Any]]:
    found = EmployerHealth.objects.filter(employer=OuterRef("pk"))
    words = found.annotate(words=label_of("level", EmployerHealth.Level.choices)).values("words")
    return [(Column("Health"), Subquery(words)), (Column("Score", Kind.COUNT), Subquery(found.values("score")))]


COLUMNS = {
    column.name: column
    for column in (
        ListColumn("standing", "Relationship", lambda: [_stage(), _tier()]),
        ListColumn("health", "Health", _health),
        ListColumn(
            "last_contact",
            "Last contact",
            lambda: [(Column("Last contact", Kind.DATE), F("last_contact_on"))],
            "last_contact",
        ),
        ListColumn("next_step", "Next step", _next_step),
        ListColumn("owner", "Owner", lambda: [(Column("Owner"), Coalesce("owner__name", Value("")))]),
        ListColumn("tags", "Tags", _tags),
        _plain("sector", "Sector", "sector"),
        _chosen("is8_sector", "IS-8 sector", IS8_SECTORS.items()),
        _chosen("sic_section", "SIC section", SIC_SECTIONS.items()),
        _chosen("size_band", "Size", Employer.SizeBand.choices, is_short=True),
        _plain("region", "Region", "region"),
        _plain("lsip_area", "LSIP area"),
        _plain("local_authority", "Local authority"),
        _plain("town", "Town"),
        _plain("postcode", "Postcode", is_short=True),
        ListColumn("website", "Website", lambda: [(Column("Website"), F("website"))]),
        _dated("since_on", "Partner since", Kind.DATE, day, "since_on"),
        _dated("changed", "Changed", Kind.MOMENT, moment, "updated_at", "changed"),
    )
}
USUAL = ("standing", "last_contact", "next_step", "owner")


def columns_asked(names: Iterable[str]) -> list[ListColumn]:
    """Those of that name, in the order of COLUMNS; the usual ones when none is named. The employer stands before."""
    wanted = set(names) & COLUMNS.keys()
    return [column for column in COLUMNS.values() if column.name in (wanted or USUAL)]


def in_file(columns: Iterable[ListColumn], employers: QuerySet[Employer]) -> tuple[list[Column], QuerySet]:
    """The heads and the rows of a file: a values_list with a value per head, in the order of `employers`."""
    cells: list[tuple[Column, Any]] = [(Column("Employer"), F("name"))]
    for column in columns:
        cells += column.in_file()
    return [head for head, _ in cells], employers.values_list(*(cell for _, cell in cells))
