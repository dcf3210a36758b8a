"""A next step as people write one: "call again in two weeks", "send the draft by 3 Dec", "Friday".

Pure: the same text on the same day always gives the same answer, so the preview on the page is what will be saved.
"""

import datetime as dt
import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass

from crm.base.clock import add_working_days, next_working_day
from crm.base.days import day_of
from crm.base.errors import DomainError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = "a an one two three four five six seven eight nine ten eleven twelve".split()
NUMBERS = {word: max(1, position - 1) for position, word in enumerate(_WORDS)} | {"a couple of": 2, "couple of": 2}
DAYS = {
    "mon": 0, "monday": 0, "tue": 1, "tues": 1, "tuesday": 1, "wed": 2, "wednesday": 2, "thu": 3, "thur": 3,
    "thurs": 3, "thursday": 3, "fri": 4, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
DEFAULT_WORKING_DAYS = 5
DEFAULT_TITLE = "Follow up"

_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|" \
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"  # fmt: skip
_YEAR = r"(?:,? (?P<year>\d{4})\b)?"
_LEAD = r"(?:\b(?:on|by|before|for|until|at)\s+)?(?:\bthe\s+)?"
_AS_A_DAY = re.compile(r"(?:on|by|before|until)\s", re.IGNORECASE)  # what follows can hardly be anything else


@dataclass(frozen=True)
class NextStep:
    """`asked_on` is the date in the words, None when they name none; `due_on` the working day it falls on."""

    title: str
    due_on: dt.date
    asked_on: dt.date | None

    @property
    def is_moved(self) -> bool:
        """The words name a weekend or a bank holiday."""
        return self.asked_on is not None and self.asked_on != self.due_on


def parse_next_step(text: str, *, today: dt.date) -> NextStep | None:
    """The title and the due date in `text`; None when it is empty.

    Words without a date are due in five working days. A day and month without a year is the next such day. Raises
    DomainError at `next_step` for a date that no calendar has, such as 31 June.
    """
    words = re.sub(r"\s+", " ", text).strip()
    if not words:
        return None
    refused = ""
    for pattern, read in _PATTERNS:
        for found in pattern.finditer(words):
            try:
                asked_on = read(found, today)
            except DomainError as refusal:
                refused = refused or (refusal.message if _is_meant_as_day(found) else "")
            except (ValueError, OverflowError):  # a year beyond 9999
                continue
            else:
                title = _without(words, found)
                return NextStep(title=title, due_on=next_working_day(asked_on), asked_on=asked_on)
    if refused:
        raise DomainError(refused, field="next_step")
    return NextStep(title=_sentence(words), due_on=add_working_days(today, DEFAULT_WORKING_DAYS), asked_on=None)


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day of the month `count` months on, or that month's last day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _is_meant_as_day(found: re.Match) -> bool:
    """Whether what is no date was to be one: "31 June" and "by 31/02", but not "16/19 bursary" or "hall 40 may do"."""
    if found["year"] or _AS_A_DAY.match(found[0]):
        return True
    day, month = int(found["day"]), found["month"].lower()
    if month.isdigit():
        return day <= 31 and int(month) <= 12
    if found.start("month") < found.start("day"):
        return day <= 31
    return month not in ("may", "march")


def _without(words: str, found: re.Match) -> str:
    rest = f"{words[: found.start()].rstrip(' ,.;:-')} {words[found.end() :].lstrip(' ,.;:-')}"
    return _sentence(rest)


def _sentence(words: str) -> str:
    words = words.strip(" ,.;:-")
    return words[:1].upper() + words[1:] if words else DEFAULT_TITLE


def _iso(found: re.Match, today: dt.date) -> dt.date:
    return day_of(_said(found), day=int(found["day"]), month=int(found["month"]), year=int(found["year"]))


def _numeric(found: re.Match, today: dt.date) -> dt.date:
    return _this_or_next_year(found, int(found["month"]), today)


def _named(found: re.Match, today: dt.date) -> dt.date:
    month = MONTHS.index(found["month"][:3].lower()) + 1
    return _this_or_next_year(found, month, today)


def _this_or_next_year(found: re.Match, month: int, today: dt.date) -> dt.date:
    said, day, year = _said(found), int(found["day"]), found["year"]
    if year:
        return day_of(said, day=day, month=month, year=int(year) + (2000 if len(year) == 2 else 0))
    in_a_leap_year = (day, month) == (29, 2)
    this_year = next(y for y in range(today.year, today.year + 9) if isleap(y)) if in_a_leap_year else today.year
    found_on = day_of(said, day=day, month=month, year=this_year, shows_year=False)
    years = 4 if in_a_leap_year else 1
    return found_on if found_on >= today else found_on.replace(year=this_year + years)


def _said(found: re.Match) -> str:
    return re.sub(f"^{_LEAD}", "", found[0], flags=re.IGNORECASE)


def _in_month(found: re.Match, today: dt.date) -> dt.date:
    month = MONTHS.index(found["month"][:3].lower()) + 1
    return dt.date(today.year + (month <= today.month), month, 1)


def _after(found: re.Match, today: dt.date) -> dt.date:
    word = found["count"].lower()
    count = int(word) if word.isdigit() else NUMBERS[word]
    unit = found["unit"].lower()
    if unit.startswith("working"):
        return add_working_days(today, count)
    if unit.startswith("month"):
        return add_months(today, count)
    if unit.startswith("year"):
        return add_months(today, 12 * count)
    days = {"d": 1, "w": 7, "f": 14}[unit[0]]
    return today + dt.timedelta(days=days * count)


def _relative(found: re.Match, today: dt.date) -> dt.date:
    phrase = found["phrase"].lower()
    monday = today - dt.timedelta(days=today.weekday())
    if phrase == "next week":
        return monday + dt.timedelta(days=7)
    if phrase == "next month":
        return add_months(today.replace(day=1), 1)
    if phrase == "end of the week":
        return monday + dt.timedelta(days=4 if today.weekday() <= 4 else 11)
    if phrase == "end of the month":
        return add_months(today.replace(day=1), 1) - dt.timedelta(days=1)
    return today + dt.timedelta(days={"today": 0, "tomorrow": 1, "day after tomorrow": 2}[phrase])


def _weekday(found: re.Match, today: dt.date) -> dt.date:
    wanted = DAYS[found["weekday"].lower()]
    if found["next"]:  # "next Friday" is the Friday of next week, whatever today is
        return today + dt.timedelta(days=7 - today.weekday() + wanted)
    return today + dt.timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _pattern(expression: str) -> re.Pattern:
    return re.compile(expression, re.IGNORECASE)


_COUNT = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
_PATTERNS: tuple[tuple[re.Pattern, Callable[[re.Match, dt.date], dt.date]], ...] = (
    (_pattern(_LEAD + r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"), _iso),
    (_pattern(_LEAD + r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?\b"), _numeric),
    (_pattern(_LEAD + r"\b(?P<day>\d{1,2})[.-](?P<month>\d{1,2})[.-](?P<year>\d{4})\b"), _numeric),
    (_pattern(_LEAD + r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? " + _MONTH + r"\b" + _YEAR), _named),
    (_pattern(_LEAD + r"\b" + _MONTH + r" (?P<day>\d{1,2})(?:st|nd|rd|th)?\b" + _YEAR), _named),
    (_pattern(rf"\bin (?P<count>\d{{1,3}}|{_COUNT}) (?P<unit>working days?|days?|weeks?|fortnights?|months?|years?)\b"
              r"(?:['’] time)?"), _after),
    (_pattern(_LEAD + r"\b(?P<phrase>day after tomorrow|tomorrow|today|next week|next month|end of the (?:week|month))"
              r"\b"), _relative),
    (_pattern(_LEAD + rf"\b(?P<next>next )?(?P<weekday>{'|'.join(sorted(DAYS, key=len, reverse=True))})\b"), _weekday),
    (_pattern(r"\bin " + _MONTH + r"\b"), _in_month),
)  # fmt: skip
