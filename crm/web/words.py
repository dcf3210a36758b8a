"""How dates, people and places in time are said. Pure functions; the template tags are thin covers over them."""

from datetime import date, datetime, timedelta

_FULL_DAYS = 100  # "94 days ago" tells more than "3 months ago"; beyond that, months do


def in_words(when: date | datetime, *, now: datetime) -> str:
    """`3 days ago`, `yesterday`, `in 2 weeks`; to the minute for moments of today.

    `now` is aware and in the zone the reader lives in; an aware `when` is brought to the same zone.
    """
    if isinstance(when, datetime):
        local = when.astimezone(now.tzinfo)
        if local.date() == now.date():
            return _today(local - now)
        return _days((local.date() - now.date()).days)
    return _days((when - now.date()).days)


def _today(gap: timedelta) -> str:
    minutes = round(abs(gap).total_seconds() / 60)
    if minutes < 1:
        return "just now"
    amount = _count(minutes, "minute") if minutes < 60 else _count(minutes // 60, "hour")
    return f"in {amount}" if gap > timedelta(0) else f"{amount} ago"


def _days(days: int) -> str:
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    if days in near:
        return near[days]
    size = abs(days)
    if size < _FULL_DAYS:
        amount = _count(size, "day")
    elif size < 730:
        amount = _count(round(size / 30.44), "month")
    else:
        amount = _count(size // 365, "year")
    return f"in {amount}" if days > 0 else f"{amount} ago"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def counted(number: int, plural: str) -> str:
    """`1 fund`, `1,234 entries`: a number with its noun, which is given for many."""
    singular = f"{plural[:-3]}y" if plural.endswith("ies") else plural.removesuffix("s")
    return f"{number:,} {singular if number == 1 else plural}"


def full_day(when: date) -> str:
    """24 Nov 2026."""
    return f"{when.day} {when:%b %Y}"


def soon(when: datetime, *, now: datetime) -> str:
    """`Today, 14:05`, `Tomorrow, 08:00`, `Monday 30 November, 08:00`: a moment to come. Zones as for `in_words`."""
    local = when.astimezone(now.tzinfo)
    near = {0: "Today", 1: "Tomorrow"}
    day = near.get((local.date() - now.date()).days, f"{local:%A} {local.day} {local:%B}")
    return f"{day}, {local:%H:%M}"


def within_a_sentence(label: str) -> str:
    """A label as it stands in the middle of a sentence: `bursaries`, but `STE(A)M challenge` as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def initials(name: str) -> str:
    """Two letters for an avatar: first and last word; one for a single word; `?` for nothing."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
