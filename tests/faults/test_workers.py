"""Workers and brokers that end without warning. Nothing recorded is lost, nothing is done twice."""

import re
import threading
import time
import uuid
from collections import Counter
from functools import partial

import pytest
from django.db import connections

from crm.base.context import institute_context
from crm.celery import app
from crm.outbox import wake
from crm.outbox.models import Entry
from tests.workers.facts import deliveries, happen, lines, states
from tests.workers.processes import (
    RealBeat,
    RealWorker,
    broker,
    eventually,
    kill_broker,
    restart_broker,
    restart_database,
)
from workers.models import Heartbeat, Tick
from workers.relay import CRASHED, drain
from workers.requests import HonestRequest
from workers.tasks import drain_outbox

pytestmark = pytest.mark.workers


@pytest.fixture
def place(committed, yhiot):
    broker().flushall()
    wake.postman.broken_until = 0.0  # a test before this one may have killed the broker
    return yhiot.id


def all_done(place, count):
    return lambda: states(place) == states(place, "note_thing_alone") == ["done"] * count


def one_by_one(place, count):
    """Facts whose wake-ups leave one at a time."""
    entries = []
    for _ in range(count):
        entries += happen(place, "fine")
        assert wake.postman.flush()
    return entries


def test_a_commit_wakes_a_worker_without_any_beat(committed, place):
    with RealWorker(committed.environment):
        entries = happen(place, *["fine"] * 50)
        eventually(all_done(place, 50))
    assert lines(place) == lines(place, "alone") == Counter(entries)


@pytest.mark.soak
def test_workers_killed_and_brokers_flushed_lose_nothing_and_repeat_nothing(committed, place, dice):
    """2, 7: twenty kills of a child or of the whole worker, FLUSHALL every two seconds, facts coming in all along."""
    entries, flushed, kills = [], time.monotonic(), 0
    with (
        RealWorker(committed.environment, OUTBOX_LEASE_SECONDS=2) as worker,
        RealBeat(committed.environment),
    ):
        while kills < 20:
            entries += happen(place, *["slow", "fine", "fine", "fine"] * 4)
            if time.monotonic() - flushed > 2:
                broker().flushall()
                flushed = time.monotonic()
            if dice.random() < 0.2:
                worker.restart()
            else:
                worker.kill_child(dice)
            kills += 1
        took = eventually(all_done(place, len(entries)), seconds=120)
    print(f"{len(entries)} facts, {kills} kills, done {took:.1f} s after the last")
    assert lines(place) == lines(place, "alone") == Counter(entries)


def test_facts_that_kill_hang_or_fail_are_parked_and_the_others_flow(committed, place):
    """28, 29: attempts are counted before the work, so one that kills its worker is parked like one that raises."""
    limits = {"OUTBOX_LEASE_SECONDS": 4, "OUTBOX_MAX_ATTEMPTS": 2, "SOFT_TIME_LIMIT": 3}
    with RealWorker(committed.environment, **limits) as worker, RealBeat(committed.environment):
        entries = happen(place, *["fine"] * 10, "kill", "hang", "poison", *["fine"] * 10)
        eventually(lambda: states(place).count("parked") == 3, seconds=120)
        eventually(lambda: states(place).count("done") == 20)
    killer, hung, poison = (d for d in deliveries(place) if d.state == "parked")
    assert killer.last_error == CRASHED
    assert "SoftTimeLimitExceeded" in hung.last_error
    assert "ValueError" in poison.last_error
    assert lines(place) == Counter(entries[:10] + entries[13:])
    assert "ValueError at tests/workers/facts.py" in worker.log
    assert "secret words" not in worker.log, "a log line names the place, never the message"
    assert re.search(r"workers.drain_outbox id=[0-9a-f-]{36} done in \d+ ms", worker.log)


def test_two_beats_run_each_period_once(committed, place):
    """25: a fact that nobody understands is work for ever, so each period starts one task for its institute."""
    [entry] = happen(place, "fine")
    with institute_context(place):
        Entry.objects.filter(id=entry).update(type="tests.from_tomorrow")
    assert wake.postman.flush(), "the commit's own wake-up is no period's"
    broker().flushall()
    with RealWorker(committed.environment) as worker, RealBeat(committed.environment), RealBeat(committed.environment):
        eventually(lambda: worker.log.count("workers.drain_outbox id=") >= 3, seconds=60)
        drained, periods = worker.log.count("workers.drain_outbox id="), _periods()
        assert drained <= periods
        eventually(
            lambda: worker.log.count("workers.find_outbox_work id=") > _periods(), message="only one beat knocks"
        )
    assert {beat.kind for beat in Heartbeat.objects.all()} == {"worker", "beat"}


def _periods():
    return Tick.objects.filter(job="workers.find_outbox_work").count()


def test_a_broker_that_was_killed_and_came_back_empty_delays_but_loses_nothing(committed, place):
    """8: while nothing was under way."""
    with RealWorker(committed.environment) as worker, RealBeat(committed.environment):
        before = happen(place, *["fine"] * 5)
        eventually(all_done(place, 5))
        kill_broker()
        try:
            during = happen(place, *["fine"] * 5)
        finally:
            restart_broker()
        took = eventually(all_done(place, 10), seconds=60)
        assert worker.process.returncode() is None, "the same worker took up again"
    print(f"took up again {took:.1f} s after the broker came back")
    assert lines(place) == Counter(before + during)


def test_an_acknowledgement_that_meets_a_dead_broker_is_a_lost_connection(place):
    """8: Celery would log it and count the message as being worked on for ever; enough of them, and a worker idles."""
    with app.connection_for_read() as connection, connection.SimpleQueue("acknowledged") as queue:
        queue.put([[], {}, {}], retry=False)  # as a task: arguments and how it is embedded
        message = queue.get(timeout=5)
        request = HonestRequest(
            message,
            app=app,
            task=drain_outbox,
            body=[[], {}, {}],
            decoded=True,
            headers={"id": "1", "task": drain_outbox.name},
            on_ack=message.ack_log_error,
            connection_errors=connection.connection_errors,
        )
        kill_broker()
        try:
            with pytest.raises(connection.connection_errors):
                request.acknowledge()
        finally:
            restart_broker()
    assert drain_outbox.Request == "workers.requests:HonestRequest"


@pytest.mark.soak
def test_a_worker_that_finishes_while_the_broker_is_away_for_a_moment_takes_up_again(committed, place, liot):
    """8: six times. One that cannot recover ends, and the supervisor starts it again; none may idle."""
    count = 0
    with RealWorker(committed.environment) as worker, RealBeat(committed.environment):
        for _ in range(6):
            for institute in (place, liot.id):
                happen(institute, *["slow"] * 40)
            eventually(lambda: "claimed" in states(place) + states(liot.id))
            kill_broker()
            eventually(lambda: "claimed" not in states(place) + states(liot.id), seconds=60)
            restart_broker()
            count += 40
            if worker.process.returncode() is not None:
                worker.restart()
            eventually(lambda wanted=count: states(place) == states(liot.id) == ["done"] * wanted, seconds=90)


def test_wake_ups_repeated_forged_or_broken_change_nothing(committed, place, liot):
    with RealWorker(committed.environment) as worker:
        theirs = happen(liot.id, "fine")
        eventually(all_done(liot.id, 1))
        # retry=False as the product does: kombu keeps a publish's retry policy for the connection's later ones.
        send = partial(app.send_task, retry=False)
        for _ in range(100):
            send("workers.drain_outbox", args=[str(liot.id)])
        for arguments in (["nonsense"], [], [str(uuid.uuid4())], [None], [str(place), "more"], [{"a": 1}]):
            send("workers.drain_outbox", args=arguments)
        send("workers.no_such_task", args=[str(place)])
        send("workers.find_outbox_work", args=["too", "many"])
        mine = happen(place, *["fine"] * 3)
        eventually(all_done(place, 3))
        assert worker.process.returncode() is None
    assert lines(place) == Counter(mine)
    assert lines(liot.id) == Counter(theirs)


@pytest.mark.soak
def test_a_message_that_is_no_json_ends_the_worker_but_not_the_work(committed, place):
    """Celery gives up on such a message, and the supervisor starts it again."""
    with RealWorker(committed.environment) as worker:
        broker().lpush("celery", b"no json")
        eventually(lambda: worker.process.returncode() is not None)
        entries = happen(place, *["fine"] * 3)
        worker.restart()
        eventually(all_done(place, 3))
    assert lines(place) == Counter(entries)


def test_a_worker_whose_database_was_restarted_does_not_fail_its_next_task(committed, place, monkeypatch):
    """14: its two processes each hold a connection that is gone."""
    monkeypatch.setattr(wake, "QUIET_SECONDS", 0)
    with RealWorker(committed.environment) as worker:
        before = one_by_one(place, 5)
        eventually(all_done(place, 5))
        eventually(lambda: worker.finished() == 5, message="each commit sends one wake-up")
        restart_database()
        after = one_by_one(place, 4)
        eventually(all_done(place, 9))
        assert worker.process.returncode() is None
        assert " failed: " not in worker.log
    assert lines(place) == Counter(before + after)


@pytest.mark.parametrize("facts", [200, pytest.param(5000, marks=pytest.mark.soak)])
def test_four_relays_at_once_claim_nothing_twice(place, facts):
    """27: each fact is handled once by each handler, whoever claims it."""
    entries = happen(place, *["fine"] * facts)

    def relay():
        try:
            while drain(place):
                pass
        finally:
            connections.close_all()

    relays = [threading.Thread(target=relay) for _ in range(4)]
    for thread in relays:
        thread.start()
    for thread in relays:
        thread.join()
    drain(place)
    assert lines(place) == lines(place, "alone") == Counter(entries)
