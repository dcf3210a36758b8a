"""What becomes of a claim whose worker ends or sleeps. Commits are real; the worker is this process."""

from collections import Counter

import pytest
from django.conf import settings

from crm.base.context import institute_context
from tests.workers.facts import deliveries, happen, let_time_pass, lines, states
from workers.claims import LeaseLost, claim_due, claim_left_behind, mark_done
from workers.fan_out import fan_out
from workers.relay import CRASHED, drain


def test_what_a_crash_left_behind_comes_back_one_by_one(place):
    entries = happen(place, *["fine"] * 5)
    fan_out(place)
    assert len(claim_due(place, alone=False)) == 5, "and here the worker ends without a word"
    drain(place)
    assert lines(place) == Counter(), "the lease still runs"
    let_time_pass(place)
    assert len(claim_left_behind(place)) == 1
    let_time_pass(place)
    drain(place)
    assert lines(place) == Counter(entries)
    assert sorted(d.attempts for d in deliveries(place)) == [2, 2, 2, 2, 3]


def test_a_fact_that_ends_its_worker_on_every_attempt_is_parked_unstarted(place):
    happen(place, "fine")
    fan_out(place)
    for _ in range(settings.OUTBOX_MAX_ATTEMPTS):
        assert claim_due(place, alone=False) or claim_left_behind(place)
        let_time_pass(place)
    drain(place)
    assert states(place) == ["parked"]
    assert deliveries(place)[0].last_error == CRASHED
    assert lines(place) == Counter()


def test_a_worker_that_slept_past_its_lease_cannot_finish(place):
    happen(place, "fine")
    fan_out(place)
    [late] = claim_due(place, alone=False)
    let_time_pass(place)
    with institute_context(place), pytest.raises(LeaseLost):
        mark_done([late])
    [taken] = claim_left_behind(place)
    with institute_context(place):
        with pytest.raises(LeaseLost):
            mark_done([late])
        mark_done([taken])
    assert states(place) == ["done"]
