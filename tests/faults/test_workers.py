"""Workers, brokers and databases that end without warning. Nothing recorded is lost, nothing is done twice."""

import os
import random
from collections import Counter

import pytest

from tests.workers.facts import happen, lines, states
from tests.workers.processes import RealBeat, RealWorker, broker, eventually

pytestmark = pytest.mark.workers

SEED = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture
def dice():
    """Print the seed, so that a failure can be repeated with FAULT_SEED."""
    print(f"FAULT_SEED={SEED}")
    return random.Random(SEED)


@pytest.fixture
def place(committed, yhiot):
    broker().flushall()
    return yhiot.id


def test_a_commit_wakes_a_real_worker(committed, place):
    with RealWorker(committed.environment):
        entries = happen(place, *["fine"] * 50)
        eventually(lambda: states(place) == ["done"] * 50)
    assert lines(place) == lines(place, "alone") == Counter(entries)


def test_facts_whose_wake_ups_were_lost_are_found_by_the_beat(committed, place):
    entries = happen(place, *["fine"] * 50)
    broker().flushall()
    with RealWorker(committed.environment), RealBeat(committed.environment):
        eventually(lambda: states(place) == ["done"] * 50)
    assert lines(place) == Counter(entries)
