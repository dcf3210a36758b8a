"""The rate card for people's time: a dated table, written by hand, each line with its source.

A rate that a valuation has used is never edited: a new line supersedes it from a date on, and every valuation keeps
the rate it was made with. The dates on which a line takes effect are this product's choice (the notes name none),
which an institute's auditor should know.
"""

import datetime as dt
from dataclasses import dataclass

HOURS_PER_DAY = 7  # both notes count seven hours to a day

_HERITAGE = "Heritage Lottery Fund note on volunteer time, 2011 (cemeteryfriends.com)"
_NAS = "NAS members' guide to funding, page 36 (flipbuilder.com)"


@dataclass(frozen=True)
class Rate:
    """What a day of one grade is worth, in pence, from one date to another (both included; None is open)."""

    code: str
    grade: str
    pence_per_day: int
    in_force_from: dt.date
    in_force_until: dt.date | None
    source: str

    def holds_on(self, day: dt.date) -> bool:
        """Whether the line is in force on that date."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


_2011 = dt.date(2011, 1, 1)
_LAST_OF_2011_CARD = dt.date(2024, 7, 31)
_2024 = dt.date(2024, 8, 1)

RATE_CARD: tuple[Rate, ...] = (
    Rate("unskilled-2011", "General help", 50_00, _2011, _LAST_OF_2011_CARD, _HERITAGE),
    Rate("skilled-2011", "Skilled work", 150_00, _2011, _LAST_OF_2011_CARD, _HERITAGE),
    Rate("professional-2011", "Professional work", 350_00, _2011, _LAST_OF_2011_CARD, _HERITAGE),
    Rate("unskilled-2024", "General help", 90_00, _2024, None, _NAS),
    Rate("skilled-2024", "Skilled work", 150_00, _2024, None, _NAS),
    Rate("professional-2024", "Professional work", 350_00, _2024, None, _NAS),
)


def rates_on(day: dt.date) -> list[Rate]:
    """The lines in force on that date."""
    return [rate for rate in RATE_CARD if rate.holds_on(day)]


def rate_of(code: str) -> Rate | None:
    """The line with that code, in force or not."""
    return next((rate for rate in RATE_CARD if rate.code == code), None)


def rate_of_grade(grade: str, day: dt.date) -> Rate | None:
    """The line of that grade in force on that date."""
    return next((rate for rate in rates_on(day) if rate.grade == grade), None)


def priced(rate: Rate, quantity_hundredths: int, unit: str) -> int | None:
    """Pence of that much time at that rate, half pennies up; None for units that are not time.

    `quantity_hundredths` counts hundredths of an hour or of a day, so 12 days and a half is 1250. An hour is a seventh
    of a day and is rounded once, at the end.
    """
    if unit == "day":
        return _half_up(quantity_hundredths * rate.pence_per_day, 100)
    if unit == "hour":
        return _half_up(quantity_hundredths * rate.pence_per_day, 100 * HOURS_PER_DAY)
    return None


def _half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)
