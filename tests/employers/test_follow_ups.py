"""Next steps: promised, moved, handed on, done or let go."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import Entry
from employers.actions import (
    add_follow_up,
    complete_follow_up,
    drop_follow_up,
    reassign_follow_up,
    snooze_follow_up,
)
from employers.models import FollowUp
from tests.factories.employers import make_employer

BOXING_DAY = dt.date(2026, 12, 26)  # a Saturday; the bank holiday is Monday 28 December


@pytest.fixture
def follow_up(inside):
    return add_follow_up(title="Call", due_on=today(), owner=inside, employer=make_employer(), by=inside)


@pytest.mark.parametrize("asked", [dt.date(2026, 12, 25), BOXING_DAY, dt.date(2026, 12, 27), dt.date(2026, 12, 28)])
def test_a_due_date_never_lies_on_a_weekend_or_bank_holiday(inside, time_machine, asked):
    time_machine.move_to("2026-12-01 12:00")
    facts = {"title": "Call", "owner": inside, "employer": make_employer(), "by": inside}
    follow_up = add_follow_up(due_on=asked, **facts)
    assert follow_up.due_on == dt.date(2026, 12, 29)
    assert snooze_follow_up(follow_up=follow_up, due_on=asked, by=inside).due_on == dt.date(2026, 12, 29)


def test_a_follow_up_is_done_once(inside, follow_up):
    done = complete_follow_up(follow_up=follow_up, by=inside)
    assert done.done_by == inside
    for again in (
        lambda: complete_follow_up(follow_up=follow_up, by=inside),
        lambda: drop_follow_up(follow_up=follow_up, reason="x", by=inside),
        lambda: snooze_follow_up(follow_up=follow_up, due_on=today(), by=inside),
        lambda: reassign_follow_up(follow_up=follow_up, owner=inside, by=inside),
    ):
        with pytest.raises(Conflict):
            again()
    assert list(Entry.objects.order_by("sequence").values_list("type", flat=True)) == [
        "employers.follow_up_added",
        "employers.follow_up_completed",
    ]


def test_a_follow_up_is_dropped_with_a_reason_only(inside, follow_up):
    with pytest.raises(DomainError):
        drop_follow_up(follow_up=follow_up, reason=" ", by=inside)
    follow_up.refresh_from_db()
    assert follow_up.done_at is None
    assert drop_follow_up(follow_up=follow_up, reason="They moved away", by=inside).dropped_reason == "They moved away"


def test_a_follow_up_goes_to_a_colleague_and_nobody_else(inside, follow_up, people, liot):
    colleague = people.events_coordinator
    assert reassign_follow_up(follow_up=follow_up, owner=colleague, by=inside).owner == colleague
    for stranger in (people.at(liot).partnership_manager, people.sponsor_contact, people.auditor):
        with pytest.raises(DomainError, match="colleague"):
            reassign_follow_up(follow_up=follow_up, owner=stranger, by=inside)
    follow_up.refresh_from_db()
    assert follow_up.owner == colleague


@pytest.mark.parametrize("days", [-1, 3000])
def test_a_due_date_is_refused_when_past_or_far(inside, days):
    with pytest.raises(DomainError) as refused:
        add_follow_up(
            title="Call", due_on=today() + dt.timedelta(days=days), owner=inside, employer=make_employer(), by=inside
        )
    assert refused.value.field == "due_on"
    assert not FollowUp.objects.exists()
