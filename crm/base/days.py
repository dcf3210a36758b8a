"""Days as people write them, and what to say of one that the calendar does not have."""

import calendar
import datetime as dt

from crm.base.errors import DomainError


def day_of(said: str, *, day: int, month: int, year: int, shows_year: bool = True) -> dt.date:
    """That day. Raises DomainError with why `said` is none and how to write one: nobody's date is passed over.

    `shows_year`: whether the words name the year.
    """
    said = said.strip()[:40]
    if not 1 <= month <= 12:
        example = f"{month} {calendar.month_name[day]}" if 1 <= day <= 12 < month <= 31 else "2 December"
        example += f" {year}" if shows_year else ""
        raise DomainError(f"“{said}” is no date: there is no month {month}. Write it with the month's name: {example}.")
    if not 1 <= year <= dt.MAXYEAR:
        raise DomainError(f"“{said}” is no date. Check the year.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = calendar.month_name[month]
        of_year = f" {year}" if shows_year else ""
        has = f"{name}{of_year if month == 2 else ''} has {last} days"
        raise DomainError(f"“{said}” is no date: {has}. Write it as {min(max(day, 1), last)} {name}{of_year}.")
    return dt.date(year, month, day)
