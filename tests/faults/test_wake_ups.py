"""A page never waits for the broker, whatever that does, and what it recorded is kept."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import kombu.pools
import pytest
from django.db import transaction

from crm.base.context import institute_context
from crm.celery import app
from crm.outbox import wake
from crm.outbox.models import Entry
from crm.outbox.record import record
from tests.factories.employers import make_employer
from tests.workers.facts import ThingHappened, happen
from tests.workers.processes import broker, frozen_broker, kill_broker, restart_broker

A_MOMENT = 1.5  # seconds; a socket to the broker gives up after two


@pytest.fixture
def place(committed, yhiot) -> Iterator:
    all_is_well()
    yield yhiot.id
    all_is_well()


def all_is_well() -> None:
    """The broker is empty and trusted. A message that lay in a socket while it was frozen has arrived by its answer."""
    assert wake.postman.flush(seconds=30)
    broker().ping()
    broker().flushall()
    wake.postman.broken_until = 0.0


def published() -> int:
    """How many wake-ups reached the broker."""
    assert wake.postman.flush(seconds=30)
    return broker().llen("celery")


def forget_connections() -> None:
    """As in a process that has not spoken to the broker yet."""
    kombu.pools.reset()
    app._after_fork()


@pytest.fixture
def dead_broker():
    kill_broker()
    yield
    restart_broker()


def seconds_to_commit(place) -> float:
    began = time.monotonic()
    happen(place, "fine")
    return time.monotonic() - began


def waiting(place) -> int:
    with institute_context(place):
        return Entry.objects.filter(fanned_out_at=None).count()


def test_a_broker_that_is_dead_costs_a_page_nothing(place, dead_broker):
    took = [seconds_to_commit(place) for _ in range(5)]
    assert max(took) < A_MOMENT, took
    assert waiting(place) == 5


@pytest.mark.parametrize("begins", ["with a connection", "without one"])
def test_a_broker_that_hangs_costs_a_page_nothing(place, begins):
    seconds_to_commit(place)
    assert wake.postman.flush()
    if begins == "without one":
        forget_connections()
    with frozen_broker():
        took = [seconds_to_commit(place) for _ in range(5)]
    assert max(took) < A_MOMENT, took
    assert waiting(place) == 6


def test_a_page_is_answered_and_kept_while_the_broker_hangs(place, yhiot, people, client_for):
    """9: through the real view, transaction and all."""
    client = client_for(people.partnership_manager, yhiot)
    with institute_context(place):
        employer = make_employer()
    client.get(f"/employers/{employer.id}/")  # what a first request loads is not the broker's fault
    with frozen_broker():
        began = time.monotonic()
        answer = client.post("/employers/log/", {"employer": employer.id, "kind": "call", "summary": "Agreed."})
        took = time.monotonic() - began
    assert answer.status_code == 302
    assert took < A_MOMENT
    assert waiting(place) >= 1


def test_a_broker_that_failed_is_left_alone_and_tried_again_after_the_break(place):
    with frozen_broker():
        seconds_to_commit(place)
        assert wake.postman.flush(seconds=30)
    assert wake.postman.broken_until > time.monotonic()
    broker().flushall()  # what lay in the socket arrived at the thaw: it is not what this test counts
    seconds_to_commit(place)
    assert published() == 0, "left alone"
    wake.postman.broken_until = time.monotonic() - 1
    seconds_to_commit(place)
    assert published() == 1


def test_a_burst_of_commits_wakes_far_fewer_workers_and_always_one_after_the_last(place):
    for _ in range(100):
        happen(place, "fine")
    assert wake.postman.flush()
    before_the_last = published()
    assert before_the_last < 100
    happen(place, "fine")
    assert published() == before_the_last + 1


def test_a_process_that_ends_lets_its_last_wake_up_leave(place, committed):
    script = "import django; django.setup(); import uuid, sys; from crm.outbox.wake import wake_after_commit as wake"
    ask = "wake('workers.drain_outbox', uuid.UUID(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-c", f"{script}; {ask}", str(place)], env=os.environ | committed.environment, check=True
    )
    assert published() == 1


def test_one_transaction_asks_once_per_institute(place, liot):
    with transaction.atomic():
        for _ in range(3):
            happen(place, "fine", "fine")
        happen(liot.id, "fine")
        assert published() == 0, "not before the commit"
    assert published() == 2


def test_nothing_is_asked_when_the_transaction_is_rolled_back(place):
    with pytest.raises(RuntimeError), transaction.atomic():
        happen(place, "fine")
        raise RuntimeError
    assert published() == 0
    assert waiting(place) == 0


def test_a_savepoint_rolled_back_does_not_take_the_others_wake_up_with_it(place):
    event = ThingHappened(thing_id=place)
    with institute_context(place):
        with pytest.raises(RuntimeError), transaction.atomic():
            record(event, by=None)
            raise RuntimeError
        with transaction.atomic():
            record(event, by=None)
        record(event, by=None)
    assert published() == 1
