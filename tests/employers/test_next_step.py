"""Next steps in people's own words, read on Thursday 19 November 2026."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.base.clock import is_working_day
from crm.base.errors import DomainError
from employers.validators import parse_next_step
from employers.validators.next_step import add_months

THURSDAY = dt.date(2026, 11, 19)


@pytest.mark.parametrize(
    ("text", "title", "due_on"),
    [
        ("call again in two weeks", "Call again", "2026-12-03"),
        ("Call again in a fortnight", "Call again", "2026-12-03"),
        ("ring Jo tomorrow", "Ring Jo", "2026-11-20"),
        ("tomorrow", "Follow up", "2026-11-20"),
        ("today: send the minutes", "Send the minutes", "2026-11-19"),
        ("Friday", "Follow up", "2026-11-20"),
        ("send the draft by Friday", "Send the draft", "2026-11-20"),
        ("visit next Friday", "Visit", "2026-11-27"),
        ("Thursday", "Follow up", "2026-11-26"),
        ("3 Dec", "Follow up", "2026-12-03"),
        ("send report by 3rd of December", "Send report", "2026-12-03"),
        ("Dec 3 call Ade", "Call Ade", "2026-12-03"),
        ("renewal call 3/12", "Renewal call", "2026-12-03"),
        ("renewal call on 03/12/2026", "Renewal call", "2026-12-03"),
        ("renewal 2026-12-03, bring the figures", "Renewal bring the figures", "2026-12-03"),
        ("book the room in 3 working days", "Book the room", "2026-11-24"),
        ("ask about lathes in 2 months' time", "Ask about lathes", "2027-01-19"),
        ("chase next week", "Chase", "2026-11-23"),
        ("chase at the end of the month", "Chase", "2026-11-30"),
        ("in March ask about placements", "Ask about placements", "2027-03-01"),
        ("1 March", "Follow up", "2027-03-01"),
        ("Send the May report", "Send the May report", "2026-11-26"),
        ("send prospectus", "Send prospectus", "2026-11-26"),
        ("call on 3.12.2026", "Call", "2026-12-03"),
        ("call 3-12-2026", "Call", "2026-12-03"),
        ("29 February", "Follow up", "2028-02-29"),  # the next there is
        ("discuss 16/19 bursaries", "Discuss 16/19 bursaries", "2026-11-26"),
        ("ask whether hall 40 may be used", "Ask whether hall 40 may be used", "2026-11-26"),
        ("confirm June 45 learners", "Confirm June 45 learners", "2026-11-26"),
        ("31 June or rather 1 July", "31 June or rather", "2027-07-01"),
    ],
)
def test_the_title_and_the_date_are_read(text, title, due_on):
    step = parse_next_step(text, today=THURSDAY)
    assert (step.title, step.due_on.isoformat()) == (title, due_on)


def test_words_without_a_date_say_so():
    assert parse_next_step("send prospectus", today=THURSDAY).asked_on is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("call 32 December 2025", "“32 December 2025” is no date: December has 31 days. Write it as 31 December 2025."),
        ("meet 31 June", "“31 June” is no date: June has 30 days. Write it as 30 June."),
        ("meet June 31", "“June 31” is no date: June has 30 days. Write it as 30 June."),
        ("send it by 31/02/2026", "“31/02/2026” is no date: February 2026 has 28 days. Write it as 28 February 2026."),
        ("by the 31/04", "“31/04” is no date: April has 30 days. Write it as 30 April."),
        (
            "renewal 2026-13-01",
            "“2026-13-01” is no date: there is no month 13. Write it with the month's name: 13 January 2026.",
        ),
        ("0 December", "“0 December” is no date: December has 31 days. Write it as 1 December."),
        (
            "on 2.20.2026",
            "“2.20.2026” is no date: there is no month 20. Write it with the month's name: 20 February 2026.",
        ),
        ("by 40 May", "“40 May” is no date: May has 31 days. Write it as 31 May."),
        ("0000-01-01", "“0000-01-01” is no date. Check the year."),
    ],
)
def test_a_day_that_no_calendar_has_is_refused_with_what_to_write(text, refusal):
    with pytest.raises(DomainError) as refused:
        parse_next_step(text, today=THURSDAY)
    assert (refused.value.field, refused.value.message) == ("next_step", refusal)


def test_nothing_is_read_from_nothing():
    assert parse_next_step("  \n ", today=THURSDAY) is None


@pytest.mark.parametrize(
    ("text", "due_on"),
    [("Saturday", "2026-11-23"), ("25 December", "2026-12-29"), ("in 38 days", "2026-12-29")],
)
def test_a_weekend_or_a_bank_holiday_moves_to_the_next_working_day_and_says_so(text, due_on):
    step = parse_next_step(text, today=THURSDAY)
    assert step.due_on.isoformat() == due_on
    assert step.is_moved


@given(st.text(max_size=80), st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)))
def test_any_text_gives_a_working_day_or_nothing_or_a_refusal_at_its_field(text, today):
    try:
        step = parse_next_step(text, today=today)
    except DomainError as refusal:
        assert refusal.field == "next_step" and "is no date" in refusal.message
        return
    assert step is None or (is_working_day(step.due_on) and step.title)


def test_a_month_on_from_the_last_day_is_the_last_day():
    assert add_months(dt.date(2027, 1, 31), 1) == dt.date(2027, 2, 28)
    assert add_months(dt.date(2026, 11, 30), 1) == dt.date(2026, 12, 30)
    assert add_months(dt.date(2026, 12, 31), 2) == dt.date(2027, 2, 28)
