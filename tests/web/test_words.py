"""How dates, money and people are said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from crm.web.words import counted, in_words, initials

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(hours=-13), "yesterday"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=1), "tomorrow"),
    ],
)
def test_a_moment_is_said_to_the_minute_today_and_by_the_day_otherwise(gap: timedelta, said: str) -> None:
    assert in_words(NOON + gap, now=NOON) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 21), "today"),
        (date(2026, 11, 20), "yesterday"),
        (date(2026, 9, 11), "71 days ago"),
        (date(2026, 8, 1), "4 months ago"),
        (date(2024, 11, 1), "2 years ago"),
        (date(2026, 12, 5), "in 14 days"),
    ],
)
def test_a_day_is_said_in_days_up_to_a_hundred(day: date, said: str) -> None:
    assert in_words(day, now=NOON) == said


def test_a_moment_shortly_before_midnight_in_utc_counts_as_the_next_day_in_london_in_summer() -> None:
    now = datetime(2026, 7, 2, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    assert in_words(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), now=now) == "8 hours ago"


@pytest.mark.parametrize(
    ("name", "letters"), [("Priya Nair", "PN"), ("Ana María de la Cruz", "AC"), ("Festo", "F"), ("", "?"), ("– Ø", "Ø")]
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 35333400|pounds }}", "£353,334"),
        ("{{ 35333450|pounds }}", "£353,334.50"),
        ('{{ 35333400|pounds:"exact" }}', "£353,334.00"),
        ("{{ nothing|pounds }}", ""),
        ("{{ moment|day }}", "2 Jul 2026"),
        ("{{ moment|moment }}", "2 Jul 2026, 00:30"),
        ('{% ago nothing "not yet" %}', "not yet"),
    ],
)
def test_amounts_and_days_in_templates(source: str, shown: str) -> None:
    values = {"moment": datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "nothing": None}
    assert Template(source).render(Context(values)) == shown


def test_ago_carries_the_full_date_for_those_who_want_it() -> None:
    html = Template("{% ago when %}").render(Context({"when": date(2026, 11, 24)}))
    assert '<time datetime="2026-11-24" title="24 Nov 2026">' in html


@pytest.mark.parametrize(
    ("number", "plural", "said"),
    [(1, "funds", "1 fund"), (3, "funds", "3 funds"), (0, "pairs", "0 pairs"), (1, "entries", "1 entry")]
    + [(1234, "entries", "1,234 entries"), (1, "next steps", "1 next step"), (1, "skills needs", "1 skills need")],
)
def test_a_number_has_the_right_noun(number, plural, said):
    assert counted(number, plural) == said
