"""Nobody gets more than so many reminders a day from one institute; the rest waits, says why and goes next."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail import send_mail
from django.db import connections

from crm.base.context import NETWORK_ID, institute_context
from crm.mail import allowances
from crm.mail.backend import StoringEmailBackend
from crm.mail.models import Allowance, Occurrence
from crm.mail.states import State
from tests.factories.mail import MONDAY, TUESDAY_AT_EIGHT, make_reminders
from tests.workers.test_mailer import desk
from workers.pruning import wipe_old_mail

__all__ = ["desk"]

WEDNESDAY_AT_EIGHT = TUESDAY_AT_EIGHT + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def two_a_day(settings):
    settings.MAIL_DAILY_CAP = 2


def titles(number: int) -> list[str]:
    return [f"Call {letter}" for letter in "ABCDEFGH"[:number]]


def test_what_exceeds_the_limit_waits_for_the_next_working_day_and_says_why(desk):
    with desk.inside():
        planned = make_reminders(desk.owner, titles(5))
    assert desk.run() == 2
    rows = [desk.row(occurrence) for occurrence in planned]
    waiting = [row for row in rows if row.state == State.PLANNED]
    assert len(waiting) == 3
    for row in waiting:
        assert row.not_before == WEDNESDAY_AT_EIGHT
        assert row.reason == "this address had 2 reminders on 24 November, so it waits for the next working day"
        assert (row.tries, row.owner, row.lease_until) == (0, "", None)
        assert desk.attempts(row) == []
    assert desk.run(TUESDAY_AT_EIGHT + dt.timedelta(hours=9)) == 0


def test_they_go_on_the_following_days_and_none_is_lost(desk):
    with desk.inside():
        planned = make_reminders(desk.owner, titles(5))
    moments = [TUESDAY_AT_EIGHT + dt.timedelta(days=day) for day in range(3)]
    assert [desk.run(moment) for moment in moments] == [2, 2, 1]
    rows = [desk.row(occurrence) for occurrence in planned]
    assert {(row.state, row.reason) for row in rows} == {(State.SENT, "")}
    assert sum(row.is_late for row in rows) == 3
    assert len(desk.kept.messages) == 5


@pytest.mark.parametrize("hours", [10, 24])
def test_one_that_would_have_expired_by_then_never_goes_and_a_person_sees_why(desk, hours):
    with desk.inside():
        planned = make_reminders(desk.owner, titles(3))
        Occurrence.objects.update(expires_at=TUESDAY_AT_EIGHT + dt.timedelta(hours=hours))
    assert desk.run() == 2
    [missed] = [row for row in map(desk.row, planned) if row.state != State.SENT]
    assert missed.state == State.MISSED
    assert missed.reason == (
        "this address had 2 reminders on 24 November, and by the next working day it would be too late"
    )
    assert missed.expires_at == TUESDAY_AT_EIGHT + dt.timedelta(hours=hours)
    assert missed.settled_at and missed.lease_until is None
    with desk.inside():
        assert missed in Occurrence.objects.needing_attention()
    assert desk.run(WEDNESDAY_AT_EIGHT) == 0
    assert len(desk.kept.messages) == 2


def test_one_that_is_still_useful_by_then_keeps_the_time_after_which_it_is_not(desk):
    with desk.inside():
        planned = make_reminders(desk.owner, titles(3))
        until = WEDNESDAY_AT_EIGHT + dt.timedelta(minutes=1)
        Occurrence.objects.update(expires_at=until)
    assert desk.run() == 2
    assert {desk.row(occurrence).expires_at for occurrence in planned} == {until}
    assert desk.run(WEDNESDAY_AT_EIGHT) == 1


def test_over_a_weekend_it_waits_for_monday(desk):
    friday = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
    with desk.inside():
        planned = make_reminders(desk.owner, titles(3), MONDAY + dt.timedelta(days=3))
    assert desk.run(friday) == 2
    waiting = [row for row in map(desk.row, planned) if row.state == State.PLANNED]
    assert [row.not_before for row in waiting] == [dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)]


def test_another_person_has_an_allowance_of_their_own(desk, people):
    with desk.inside():
        make_reminders(desk.owner, titles(3))
        make_reminders(people.director, titles(3))
    assert desk.run() == 4


def test_what_a_person_sends_now_and_sign_in_codes_are_not_counted(desk):
    with desk.inside():
        make_reminders(desk.owner, titles(2))
    assert desk.run() == 2
    with desk.inside():
        Occurrence.objects.update(state=State.PLANNED, is_urgent=True)
    assert desk.run() == 2
    for _ in range(4):
        connection = StoringEmailBackend()
        send_mail("Your code", "1234-5678", None, [desk.owner.email], connection=connection)
    with institute_context(NETWORK_ID):
        moment = Occurrence.objects.first().due_at + dt.timedelta(seconds=5)
    assert desk.run(moment, institute_id=NETWORK_ID) == 4
    with desk.inside():
        assert Allowance.objects.get().left == 0


def test_a_message_that_is_tried_again_is_counted_once(desk):
    with desk.inside():
        make_reminders(desk.owner, titles(2))
    desk.server.fault = "rcpt_450"
    assert desk.run() == 0
    desk.server.fault = ""
    assert desk.run(TUESDAY_AT_EIGHT + dt.timedelta(hours=1)) == 2


def test_what_is_not_wanted_any_more_takes_nothing(desk):
    with desk.inside():
        Occurrence.objects.filter(pk=make_reminders(desk.owner, titles(1))[0].pk).update(subject_id=NETWORK_ID)
    assert desk.run() == 0
    with desk.inside():
        assert Occurrence.objects.get().state == State.SKIPPED
        assert not Allowance.objects.exists()


def test_of_many_who_take_at_once_as_many_get_one_as_there_are(committed, yhiot):
    def take(_: int) -> bool:
        try:
            with institute_context(yhiot.id):
                return allowances.take("fay@quickline.example", MONDAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(take, range(8))) == 2
    with institute_context(yhiot.id):
        assert allowances.take("fay@quickline.example", MONDAY + dt.timedelta(days=1))


def test_without_a_limit_nothing_is_counted(desk, settings):
    settings.MAIL_DAILY_CAP = 0
    with desk.inside():
        make_reminders(desk.owner, titles(5))
    assert desk.run() == 5
    with desk.inside():
        assert not Allowance.objects.exists()


def test_old_allowances_are_forgotten(inside):
    allowances.take("fay@quickline.example", MONDAY - dt.timedelta(days=30))
    wipe_old_mail()
    assert not Allowance.objects.exists()
