"""Days and rows that a fact of a partnership may refer to."""

import datetime as dt
from typing import Any

from crm.base.clock import today
from crm.base.errors import DomainError

LONGEST_PAST, FURTHEST = dt.timedelta(days=30 * 366), dt.timedelta(days=10 * 366)


def check_day(day: dt.date, *, field: str, may_come: bool = True) -> dt.date:
    """A day within reach: the last thirty years, and, if it may still come, the next ten. Raises DomainError."""
    if not may_come and day > today():
        raise DomainError("Choose today or a day before.", field=field)
    if not -LONGEST_PAST <= day - today() <= FURTHEST:
        raise DomainError("Check the year of this day.", field=field)
    return day


def check_choice(value: Any, choices: type, *, field: str) -> Any:
    """One of the choices of a model. Raises DomainError."""
    if value not in choices.values:
        raise DomainError("Choose one of those offered.", field=field)
    return value
