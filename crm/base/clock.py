"""Time: stored in UTC, thought in Europe/London. Years are derived from dates, never stored bare."""

import datetime as dt
import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
SENDING_OPENS = dt.time(8, 0)
SENDING_CLOSES = dt.time(18, 0)
NOON = dt.time(12)


_replayed: ContextVar[dt.datetime | None] = ContextVar("replayed_moment", default=None)


def now() -> dt.datetime:
    """This moment, in UTC."""
    return _replayed.get() or timezone.now()


@contextmanager
def replayed_at(moment: dt.datetime) -> Iterator[None]:
    """Let actions take `moment` for the present: for loading a history in its order, as the demo does.

    Rows still say truthfully when they were recorded.
    """
    token = _replayed.set(moment)
    try:
        yield
    finally:
        _replayed.reset(token)


def today() -> dt.date:
    """The date in London."""
    return now().astimezone(LONDON).date()


def academic_year(day: dt.date) -> str:
    """The funding year of further education, 1 August to 31 July, as `2025/26`."""
    start = day.year if day.month >= 8 else day.year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def academic_year_starts(day: dt.date) -> dt.date:
    """The 1 August on or before `day`."""
    return dt.date(day.year if day.month >= 8 else day.year - 1, 8, 1)


def financial_year(day: dt.date) -> str:
    """The public financial year, 1 April to 31 March, as `2025-26`."""
    start = day.year if day.month >= 4 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


@functools.cache
def bank_holidays() -> frozenset[dt.date]:
    """England's bank holidays from the list that ships with govuk-bank-holidays; it never calls out.

    Read without that package's own code, which makes every process load an HTTP client.
    """
    listed = json.loads(files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8"))
    return frozenset(dt.date.fromisoformat(holiday["date"]) for holiday in listed["england-and-wales"]["events"])


def holiday_list_ends() -> dt.date:
    """The last bank holiday known. After it only weekends count; the health page warns a year before."""
    return max(bank_holidays())


def is_working_day(day: dt.date) -> bool:
    """Neither a weekend nor a bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays()


def next_working_day(day: dt.date) -> dt.date:
    """`day` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The working day `count` working days after `day`."""
    for _ in range(count):
        day = next_working_day(day + dt.timedelta(days=1))
    return day


def london_instant(day: dt.date, time: dt.time) -> dt.datetime:
    """The UTC moment of a London wall-clock time. A time that a clock change skips moves an hour later."""
    local = dt.datetime.combine(day, time, tzinfo=LONDON)
    return local.astimezone(dt.UTC)


def moment_on(day: dt.date) -> dt.datetime:
    """A moment of a day of which nobody said the hour, in UTC: now when the day is today, else noon in London."""
    return now() if day == today() else london_instant(day, NOON)


def next_sending_moment(moment: dt.datetime) -> dt.datetime:
    """The first moment from `moment` on when mail may go: 08:00 to 18:00 in London on a working day. UTC."""
    local = moment.astimezone(LONDON)
    day = local.date()
    if is_working_day(day):
        if local.time() < SENDING_OPENS:
            return london_instant(day, SENDING_OPENS)
        if local.time() < SENDING_CLOSES:
            return moment.astimezone(dt.UTC)
    return london_instant(next_working_day(day + dt.timedelta(days=1)), SENDING_OPENS)


def sending_moment_on(day: dt.date) -> dt.datetime:
    """When a reminder due on `day` goes out: 08:00 in London on that day or the next working day. UTC."""
    return london_instant(next_working_day(day), SENDING_OPENS)
