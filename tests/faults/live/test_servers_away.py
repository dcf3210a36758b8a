"""PostgreSQL or Valkey is killed, or all is asked to stop, while people work. Pages say so and what was said holds."""

import random
import time

import pytest
from django.db import connections

from crm.embedded.postgres import IMMEDIATE_SHUTDOWN
from tests import servers
from tests.faults.invariants import assert_invariants
from tests.faults.load import Load
from tests.faults.site import Site
from tests.workers.processes import eventually, kill_broker, restart_broker

pytestmark = pytest.mark.workers


def kill_database() -> None:
    """SIGQUIT: every session ends in the middle of what it did, and nothing is written out."""
    connections.close_all()
    servers.postgres.process.stop(IMMEDIATE_SHUTDOWN, 60)


def restart_database() -> None:
    connections.close_all()
    servers.postgres.start()


def test_a_database_killed_in_the_middle_of_work_loses_nothing_that_was_acknowledged(site, seed):
    """13: whole transactions are gone or there; pages answer 503 and what to do; the same workers go on."""
    workers = (site.web.pid, site.worker.pid)
    with Load(site, seed) as load:
        eventually(lambda: load.done() >= 5)
        kill_database()
        try:
            answers = [answer for visitor in site.visitors for answer in visitor.answers]
            eventually(lambda: any(a.status == 503 for v in site.visitors for a in v.answers[-3:]), seconds=20)
        finally:
            restart_database()
        wanted = load.done() + 10
        took = eventually(lambda: load.done() >= wanted, seconds=60)
    print(f"{len(answers)} answers before; ten more things done {took:.1f} s after the database was back")
    assert_invariants(site)
    load.assert_wishes_came_true()
    said = [a for v in site.visitors for a in v.answers if a.status == 503]
    assert all(
        "The database does not answer. Nothing is lost" in a.words or "cannot tell whether" in a.words for a in said
    )
    assert (site.web.pid, site.worker.pid) == workers and site.supervise() == []


@pytest.mark.soak
def test_a_broker_killed_under_load_comes_back_empty_and_is_missed_by_nobody(site, seed):
    """8: pages go on at once, workers take up again, and the poll finds what no wake-up told of."""
    with Load(site, seed) as load:
        eventually(lambda: load.done() >= 3)
        kill_broker()
        try:
            before = load.done()
            eventually(lambda: load.done() >= before + 6, seconds=30, message="pages wait for the broker")
        finally:
            restart_broker()
    began = time.monotonic()
    assert_invariants(site)
    print(f"all done {time.monotonic() - began:.1f} s after the broker was back")
    load.assert_wishes_came_true()


def deploy_under_load(site: Site, dice: random.Random, times: int) -> None:
    slowest, unsure = 0.0, "SELECT count(*) FROM mail_occurrence WHERE state = 'unknown'"
    before = site.ask(unsure)
    with Load(site, dice.randrange(10**6)) as load:
        for number in range(times):
            site.cast.promise_calls(site.cast.yhiot, [f"Call before stop {number} of {times}"])
            site.wake_planner()
            wanted = load.done() + dice.randint(1, 6)
            eventually(lambda wanted=wanted: load.done() >= wanted, seconds=90)
            for process in dice.choice([(site.web,), (site.worker,), (site.web, site.worker)]):
                slowest = max(slowest, site.stop_gently(process))
            site.supervise()
    quiet = assert_invariants(site)
    print(f"{times} stops, the slowest {slowest:.1f} s; quiet {quiet:.1f} s after; {load.assert_wishes_came_true()}")
    assert slowest < 45
    assert site.ask(unsure) == before, "who is asked to stop finishes what it has begun"


@pytest.mark.soak
def test_a_stop_under_load_finishes_what_was_begun_in_time(site, dice):
    """82: SIGTERM to web server and worker, as a deployment does."""
    deploy_under_load(site, dice, 2)


@pytest.mark.soak
def test_forty_stops_under_load_lose_nothing(site, dice):
    """82: the same, forty times."""
    deploy_under_load(site, dice, 40)
