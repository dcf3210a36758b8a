"""How long a bursary fund lasts if awards go on as they did. An estimate, and said to be one wherever it is shown."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum

from crm.base.clock import today
from sponsorships.models import Bucket, EntryKind, Fund, FundMonth

# Awards come in seasons: only a year shows the pace. Less than three months of a fund's life show nothing.
LEAST_DAYS = 90
FAR = 3 * 365  # beyond that a date would claim more than is known


@dataclass(frozen=True)
class Runway:
    """The pace of the last twelve months (less, for a younger fund) and the day on which it would empty the fund.

    The pace is in whole pounds. `runs_out_on` is None when that is years away, or when nothing is awarded.
    """

    since: dt.date
    pence_a_month: int
    runs_out_on: dt.date | None


def runways(funds: Iterable[Fund], available: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, Runway]:
    """The runway of each fund that is old enough to have a pace, by id. One query, over the roll-up.

    `available` is what each fund has left, in pence. Pace: awarded less released, from the first day of the month a
    year ago, or from the fund's start.
    """
    year_ago = _first_of_month_a_year_ago(today())
    since = {fund.pk: max(fund.starts_on, year_ago) for fund in funds}
    months = FundMonth.objects.filter(fund__in=since, bucket=Bucket.AVAILABLE, month__gte=year_ago)
    gone = months.filter(kind__in=[EntryKind.AWARDED, EntryKind.RELEASED]).order_by()
    taken = dict(gone.values_list("fund_id").annotate(Sum("pence")))
    old_enough = {pk: start for pk, start in since.items() if (today() - start).days >= LEAST_DAYS}
    return {pk: _runway(start, -taken.get(pk, 0), available[pk]) for pk, start in old_enough.items()}


def _runway(since: dt.date, taken_pence: int, available_pence: int) -> Runway:
    days = (today() - since).days
    if taken_pence <= 0:
        return Runway(since, 0, None)
    left = available_pence * days // taken_pence
    ends = today() + dt.timedelta(days=left) if left <= FAR else None
    a_month = taken_pence * 365 // (12 * days)
    return Runway(since, a_month // 100 * 100, ends)


def _first_of_month_a_year_ago(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1, day=1)
