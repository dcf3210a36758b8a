"""What an institute may know of the others' employers: that a company is known, and for the network's lead how many."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from crm.base.clock import london_instant, today
from crm.base.errors import DomainError
from crm.base.names import normalise_company_number
from crm.network.models import Share, SharedCopy
from employers.domain_events.projects import PROJECT
from employers.models import Employer, LiveProject, Organisation

ORGANISATION = "employers.organisation"
KNOWN = "Known in the network"
SHOWN = 3
# Fewer than this many institutes is not "over-asked", and would tell that one of them has a prospect.
FLOOR = 2
# An employer, and all that were merged into it, however often: a share of one of these is of what it became.
_KNOWN_AS = """WITH RECURSIVE known_as (id) AS (SELECT %s::uuid UNION
  SELECT e.id FROM employers_employer e JOIN known_as k ON e.merged_into_id = k.id) SELECT id FROM known_as"""


def known_elsewhere(organisations: Collection[Organisation]) -> list[Organisation]:
    """Those that another institute has as an employer. Says nothing about which, or how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM organisations_known_elsewhere(%s)", [[o.pk for o in organisations]])
        known = {row[0] for row in cursor.fetchall()}
    return [organisation for organisation in organisations if organisation.pk in known]


def is_known_elsewhere(organisation: Organisation) -> bool:
    """Whether another institute has that company as an employer."""
    return bool(known_elsewhere([organisation]))


def known_in_network(typed: str) -> list[Organisation]:
    """Companies that `typed` means by official number or by the whole legal name, that another institute has as an
    employer and this one has not."""
    found = companies_called(typed)
    if not found:
        return []
    ours = set(Employer.objects.filter(organisation__in=found).values_list("organisation_id", flat=True))
    return known_elsewhere([organisation for organisation in found if organisation.pk not in ours])


def companies_called(typed: str) -> list[Organisation]:
    """Rows of the register with that official number, else with that whole legal name."""
    typed = " ".join(typed.split())[:200]
    if not typed or not typed.isprintable():
        return []
    return _of_number(typed) or list(Organisation.objects.filter(legal_name__iexact=typed)[:SHOWN])


def _of_number(typed: str) -> list[Organisation]:
    if not any(c.isdigit() for c in typed):
        return []
    try:
        number = normalise_company_number(typed)
    except DomainError:
        return []
    return list(Organisation.objects.filter(company_number=number)) if number else []


def shared_of(employer: Employer) -> dict[str, QuerySet]:
    """What is shared of an employer, what others share of the same company, and that company if they know it."""
    known_as = RawSQL(_KNOWN_AS, [employer.pk])  # noqa: S611
    shares = Share.objects.open().filter(object_id__in=known_as).select_related("receiver")
    if employer.organisation_id is None:
        return {"shares": shares, "copies": SharedCopy.objects.none(), "known": Organisation.objects.none()}
    copies = SharedCopy.objects.in_force().filter(about_id=employer.organisation_id).select_related("giver")
    elsewhere = RawSQL("SELECT organisations_known_elsewhere(%s)", [[employer.organisation_id]])
    return {"shares": shares, "copies": copies, "known": Organisation.objects.filter(pk__in=elsewhere)}


def shares_of_project(project: LiveProject) -> QuerySet[Share]:
    """Which other institutes read facts of a project, or were offered them."""
    return Share.objects.open().filter(object_type=PROJECT, object_id=project.pk).select_related("receiver")


@dataclass(frozen=True)
class InTouch:
    """A company, and how many institutes spoke with it in the quarter."""

    organisation: Organisation
    institutes: int


def quarter_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first day of the calendar quarter, and of the next."""
    first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = (first + dt.timedelta(days=93)).replace(day=1)
    return first, after


def most_asked(day: dt.date | None = None) -> list[InTouch]:
    """Companies with which two institutes or more spoke this quarter, the most first; for the network's lead.

    A call, a meeting or a visit counts; notes and mail do not. Empty outside the Network.
    """
    since, until = _moments(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o, institutes_in_touch(o, %s, %s) FROM organisations_in_touch(%s, %s, %s) AS o",
            [since, until, since, until, FLOOR],
        )
        counts = dict(cursor.fetchall())
    rows = [InTouch(o, counts[o.pk]) for o in Organisation.objects.filter(pk__in=counts)]
    return sorted(rows, key=lambda row: (-row.institutes, row.organisation.legal_name))


def in_touch_with(organisation: Organisation, day: dt.date | None = None) -> int:
    """How many institutes spoke with one company this quarter; 0 outside the Network."""
    since, until = _moments(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT institutes_in_touch(%s, %s, %s)", [organisation.pk, since, until])
        return cursor.fetchone()[0]


def _moments(day: dt.date | None) -> tuple[dt.datetime, dt.datetime]:
    since, until = quarter_of(day or today())
    return london_instant(since, dt.time.min), london_instant(until, dt.time.min)
