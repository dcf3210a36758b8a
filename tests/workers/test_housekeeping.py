"""Ticks, heartbeats and pruning."""

import datetime as dt
import threading

import pytest
from django.db import OperationalError, connections
from django.db.models.functions import Now

from crm.base.context import institute_context
from crm.mail.models import Message
from crm.mail.states import State
from crm.outbox.models import Delivery, Entry, TimelineItem
from tests.factories.mail import make_reminder
from tests.workers.facts import happen, let_time_pass
from tests.workers.processes import eventually
from workers import heartbeats, tasks
from workers.models import Heartbeat, Tick
from workers.pruning import prune_outbox, wipe_old_mail
from workers.relay import drain
from workers.shapes import institutes_with_work
from workers.ticks import forget_old_ticks, period

LONG_AGO = dt.timedelta(days=31)


@pytest.fixture
def place(committed, yhiot):
    return yhiot.id


def test_a_period_is_taken_once_however_many_beats_knock(place):
    taken = []

    def knock():
        with period("job", 3600) as ours:
            taken.append(ours)
        connections.close_all()

    threads = [threading.Thread(target=knock) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == [False] * 7 + [True]
    tick = Tick.objects.get()
    assert tick.finished_at is not None
    assert tick.period_start.minute == tick.period_start.second == 0


def test_a_period_whose_work_failed_is_free_again_after_a_while(place):
    with pytest.raises(RuntimeError), period("job", 3600):
        raise RuntimeError
    with period("job", 3600) as ours:
        assert not ours, "at once it could still be under way"
    Tick.objects.update(started_at=Now() - dt.timedelta(minutes=3))
    with period("job", 3600) as ours:
        assert ours
    with period("job", 3600) as ours:
        assert not ours


def test_jobs_do_not_take_each_others_periods(place):
    with period("one", 3600) as first, period("other", 3600) as second:
        assert first
        assert second


def test_old_ticks_are_forgotten(place):
    with period("old", 3600), period("new", 3600):
        pass
    Tick.objects.filter(job="old").update(period_start=Now() - dt.timedelta(days=8))
    forget_old_ticks()
    assert list(Tick.objects.values_list("job", flat=True)) == ["new"]


def test_a_heart_beats_until_it_is_stopped_and_a_database_that_is_away_costs_one_beat(place, monkeypatch):
    monkeypatch.setattr(heartbeats, "SECONDS", 0.02)
    beats = iter([OperationalError()])
    real = heartbeats.beat

    def beat(name, kind):
        for error in beats:
            raise error
        real(name, kind)

    monkeypatch.setattr(heartbeats, "beat", beat)
    heart = heartbeats.Heart("celery@here", Heartbeat.Kind.WORKER)
    heart.start()
    eventually(lambda: Heartbeat.objects.filter(name="celery@here", kind="worker"))
    first = Heartbeat.objects.get().beaten_at
    eventually(lambda: Heartbeat.objects.get().beaten_at > first)
    heart.stop()
    assert not Heartbeat.objects.exists()


def test_an_enumerator_takes_its_period(place):
    tasks.find_old_outbox_rows()
    tasks.find_old_outbox_rows()
    assert Tick.objects.filter(job="workers.find_old_outbox_rows").count() == 1


@pytest.fixture
def old(place):
    """One fact done long ago, one parked long ago, one done today."""
    happen(place, "fine", "poison")
    for _ in range(10):
        drain(place)
        let_time_pass(place)
    with institute_context(place):
        Entry.objects.update(fanned_out_at=Now() - LONG_AGO)
        Delivery.objects.filter(state="done").update(finished_at=Now() - LONG_AGO)
    happen(place, "fine")
    drain(place)
    return place


def test_what_was_done_a_month_ago_is_removed_and_the_timeline_stays(old):
    assert institutes_with_work("outbox_prune") == [old]
    with institute_context(old):
        lines = TimelineItem.objects.count()
        before = Delivery.objects.count()
        assert prune_outbox(old) == 1
        assert prune_outbox(old) == 0
        assert Entry.objects.count() == 2
        assert Delivery.objects.count() == before - 2
        assert TimelineItem.objects.count() == lines
        assert Delivery.objects.filter(state="parked").count() == 1


def test_another_institutes_rows_are_not_pruned(old, liot):
    with institute_context(liot.id):
        assert prune_outbox(old) == 0


def test_old_mail_forgets_what_it_said_but_not_that_it_was_sent(inside, yhiot):
    states = {state: make_reminder(inside, f"Call {state}", state=state) for state in State}
    for occurrence in states.values():
        Message.objects.create(occurrence=occurrence, subject="Overdue", text="Call", from_email="a@b.example")
    assert wipe_old_mail() == 0
    Message.objects.update(rendered_at=Now() - dt.timedelta(days=91))
    assert institutes_with_work("old_mail") == [yhiot.id]
    wiped = {State.SENT, State.SKIPPED, State.CANCELLED}
    assert wipe_old_mail() == len(wiped)
    kept = {message.occurrence.state for message in Message.objects.select_related("occurrence") if message.text}
    assert kept == set(State) - wiped
