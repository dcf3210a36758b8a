"""Cells as people type them: nothing in many words, days in many forms."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.base.days import day_of
from crm.base.errors import DomainError
from crm.base.names import plain

# What registers and councils write where they have nothing.
NOTHING = frozenset(
    "n/a na none nil null - -- ? . tbc tba unknown redacted awaiting pending".split()
    + ["not known", "not available", "not yet available", "not provided", "not applicable", "none supplied"]
    + ["not supplied", "to be confirmed", "no data"]
)
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|\+00:00)?)?")
_BRITISH = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ,]+(\d{4}|\d{2})(?: (\d{1,2}):(\d{2})(?::\d{2})?)?")
_HIDDEN = re.compile(r"[\u200b\u200c\u200d\ufeff\u00ad]")


@dataclass(frozen=True)
class Clean:
    """A value with something to say about it: what of the cell was passed over, and why."""

    value: Any
    note: str = ""


def tidy(cell: str) -> str:
    """Without the space around it and the marks that spreadsheets leave and nobody sees."""
    return _HIDDEN.sub("", cell.replace("\u00a0", " ").replace("\r\n", "\n")).strip()


def one_line(text: str) -> str:
    """A cell of several lines on one."""
    return " ".join(text.split())


def joined(whole: str, parts: Sequence[str]) -> str:
    """A name from columns that hold it whole, in parts from the first to the last, or both.

    A column called "Name" beside one for the surname may hold the first name alone: "Fay" and "Holt" are Fay Holt;
    "Holt, Fay" stays as it is.
    """
    *others, last = parts
    if not whole:
        return " ".join(filter(None, parts))
    is_first_alone = all(not one or plain(one) == plain(whole) for one in others)
    is_there = f" {plain(last)} " in f" {plain(whole)} "
    return f"{whole} {last}" if last and is_first_alone and not is_there else whole


def read_moment(text: str) -> tuple[dt.date, dt.time | None]:
    """A day, and the time if one is given: 2024-09-30, 30/09/2024 (day first), 30 Sep 2024, 30-Sep-24.

    Raises DomainError for 31 September as for what is no day at all, with how to write it.
    """
    found = _ISO.fullmatch(one_line(text))
    year, month, day = (found[1], found[2], found[3]) if found else ("", "", "")
    if not found:
        found = _BRITISH.fullmatch(one_line(text))
        if found:
            day, month, year = found[1], found[2], found[3]
    if not found:
        raise _no_date(text)
    return day_of(text, day=int(day), month=_month(month, text), year=_year(year)), _time(found[4], found[5], text)


def read_day(text: str) -> str:
    """As read_moment, the day alone, as 2024-09-30."""
    return read_moment(text)[0].isoformat()


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) - (100 if int(text) > 69 else 0)


def _month(text: str, cell: str) -> int:
    if not text.isdigit() and text[:3].lower() not in _MONTHS:
        raise _no_date(cell)
    return int(text) if text.isdigit() else _MONTHS[text[:3].lower()]


def _time(hour: str | None, minute: str, cell: str) -> dt.time | None:
    if hour is None:
        return None
    if int(hour) > 23 or int(minute) > 59:
        raise DomainError(f"“{cell[:40]}” has no time of day in it. Write it as 30/09/2024 14:05.")
    return dt.time(int(hour), int(minute))


def _no_date(cell: str) -> DomainError:
    return DomainError(f"“{cell[:40]}” is not a date. Write it as 30/09/2024 or 2024-09-30.")
