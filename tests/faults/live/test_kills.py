"""kill -9 at seeded moments over web servers, workers and beats, while people work: nothing lost, nothing double."""

import random
import time
from collections import Counter

import pytest

from crm.mail.states import State
from tests.faults.invariants import assert_at_any_moment, assert_invariants
from tests.faults.load import Load
from tests.faults.site import Site
from tests.workers.processes import broker, eventually

pytestmark = pytest.mark.workers

LOOK_CLOSELY_EVERY = 25  # kills: then the load rests until the site is quiet


def kill_under_load(site: Site, dice: random.Random, load: Load, kills: int) -> Counter[str]:
    """Kill after every few things done, and empty the broker now and then."""
    killed: Counter[str] = Counter()
    for number in range(kills):
        wanted = load.done() + dice.randint(1, 6)
        site.cast.promise_calls(site.cast.yhiot, [f"Call back {number}.{call}" for call in range(dice.randint(1, 4))])
        site.wake_planner()
        eventually(lambda wanted=wanted: load.done() >= wanted, seconds=90, message="the site stands still")
        time.sleep(dice.uniform(0, 0.05))
        if dice.random() < 0.2:
            broker().flushall()
        killed[site.kill_something(dice)] += 1
        site.supervise()
        assert_at_any_moment(site)
    return killed


def nothing_waits_for_another_try(site: Site) -> bool:
    """A mailer that was slow to reach the server has put a message off by a minute: it goes now."""
    site.let_time_pass()
    site.wake_mailer()
    return not site.ask("SELECT FROM mail_occurrence WHERE state IN ('planned', 'claimed', 'handed_over')")


def survive(site: Site, seed: int, kills: int) -> None:
    dice = random.Random(seed)
    killed, began = Counter(), time.monotonic()
    earlier = {key for (key,) in site.ask("SELECT id FROM mail_occurrence")}  # of other tests on this site
    site.mail.before_answer = lambda: time.sleep(0.02)  # so that kills meet the moment before the answer
    for first in range(0, kills, LOOK_CLOSELY_EVERY):
        with Load(site, seed + first) as load:
            killed += kill_under_load(site, dice, load, min(LOOK_CLOSELY_EVERY, kills - first))
        quiet = assert_invariants(site)
        done = load.assert_wishes_came_true()
        print(f"{dict(killed)}; {dict(done)}, {load.repeated()} sent again; quiet {quiet:.1f} s after the last kill")
    eventually(lambda: nothing_waits_for_another_try(site), seconds=30, every=0.5, message="mail is put off for ever")
    rows = site.ask("SELECT id, state FROM mail_occurrence")
    states = Counter(state for key, state in rows if key not in earlier)
    with site.mail.kept.lock:
        repeated = [key for key, times in Counter(site.mail.kept.ids).items() if times > 1]
    print(f"mail {dict(states)}, {len(repeated)} repeated; {time.monotonic() - began:.0f} s in all")
    assert set(states) <= {State.SENT, State.UNKNOWN}


def test_twelve_kills_under_load_lose_nothing_and_repeat_nothing(site, seed):
    """1, 2, 7, 25: a child, a worker, the web server or a beat is killed; the broker is emptied; two beats run."""
    survive(site, seed, 12)


@pytest.mark.soak
def test_two_hundred_kills_under_load_lose_nothing_and_repeat_nothing(site, seed):
    """1, 2, 7, 25: the same, two hundred times."""
    survive(site, seed, 200)
