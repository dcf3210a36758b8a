"""What a person may do with a delivery, in Python and on the command line."""

import uuid
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from crm.base.context import institute_context
from crm.base.errors import Conflict, NotFound
from crm.outbox.models import Delivery, Entry
from crm.outbox.reads import health, not_understood, parked
from crm.outbox.repair import drop_delivery, park_delivery, retry_delivery
from tests.workers.facts import deliveries, happen, let_time_pass, lines, states
from workers.relay import drain


@pytest.fixture
def place(committed, yhiot):
    return yhiot.id


@pytest.fixture
def stuck(place):
    """A parked delivery, and one of the same subject that waits behind it."""
    thing = uuid.uuid4()
    happen(place, "poison", "fine", thing_id=thing)
    for _ in range(settings.OUTBOX_MAX_ATTEMPTS):
        drain(place)
        let_time_pass(place)
    assert states(place) == ["parked", "waiting"]
    return deliveries(place)[0].id


def outbox(*words):
    out = StringIO()
    call_command("outbox", *map(str, words), stdout=out)
    return out.getvalue()


def test_retry_gives_a_parked_delivery_a_new_series_of_attempts(place, stuck, people):
    with institute_context(place):
        retry_delivery(delivery_id=stuck, by=people.institute_administrator)
    first = deliveries(place)[0]
    assert (first.state, first.attempts) == ("waiting", 0)
    drain(place)
    assert deliveries(place)[0].attempts == 1


def test_a_mended_fact_is_done_after_a_retry_and_the_next_follows(place, stuck):
    with institute_context(place):
        entry = deliveries(place)[0].entry_id
        Entry.objects.filter(id=entry).update(payload={"thing_id": str(uuid.uuid4()), "how": "fine"})
        retry_delivery(delivery_id=stuck, by=None)
    drain(place)
    assert states(place) == ["done", "done"]
    assert sum(lines(place).values()) == 2


def test_drop_lets_the_next_of_the_subject_go_on(place, stuck, people):
    director = people.director
    with institute_context(place):
        drop_delivery(delivery_id=stuck, reason="recorded by mistake", by=director)
    drain(place)
    assert states(place) == ["dropped", "done"]
    assert deliveries(place)[0].last_error == f"Dropped by user {director.id}: recorded by mistake"


def test_park_stops_a_waiting_delivery(place):
    happen(place, "poison")
    drain(place)
    with institute_context(place):
        park_delivery(delivery_id=deliveries(place)[0].id, reason="until Monday", by=None)
    let_time_pass(place)
    drain(place)
    assert states(place) == ["parked"]


@pytest.mark.parametrize("act", [retry_delivery, drop_delivery, park_delivery])
def test_what_is_done_cannot_be_changed(place, act):
    happen(place, "fine")
    drain(place)
    more = {} if act is retry_delivery else {"reason": "x"}
    with institute_context(place), pytest.raises(Conflict):
        act(delivery_id=deliveries(place)[0].id, by=None, **more)
    assert states(place) == ["done"]


@pytest.mark.parametrize("act", [retry_delivery, drop_delivery, park_delivery])
def test_another_institutes_delivery_does_not_exist(place, stuck, liot, act):
    more = {} if act is retry_delivery else {"reason": "x"}
    with institute_context(liot.id), pytest.raises(NotFound):
        act(delivery_id=stuck, by=None, **more)
    assert states(place) == ["parked", "waiting"]


def test_health_counts_what_waits_for_a_worker_and_what_waits_for_a_person(place, stuck, liot):
    [unread] = happen(place, "fine")
    with institute_context(place):
        Entry.objects.filter(id=unread).update(version=9)
        now = health()
        assert (now.open_count, now.parked_count, now.not_understood_count) == (2, 1, 1)
        assert now.oldest_age.total_seconds() >= 0
        assert [d.id for d in parked()] == [stuck]
        assert [e.id for e in not_understood()] == [unread]
    with institute_context(liot.id):
        assert health().open_count == 0
        assert health().oldest_age is None


def test_the_list_shows_what_waits_with_its_reason(place, stuck):
    [unread] = happen(place, "fine")
    with institute_context(place):
        Entry.objects.filter(id=unread).update(version=9)
    shown = outbox("list", "--institute", "yhiot")
    assert "yhiot: 2 open, 1 parked" in shown
    assert str(stuck) in shown
    assert "ValueError at tests/workers/facts.py" in shown
    assert "version 9 is not understood here" in shown
    assert "unread" not in outbox("list", "--parked")


def test_the_list_of_an_empty_outbox_says_so(place):
    assert outbox("list") == "Nothing waits.\n"


def test_the_command_retries_parks_and_drops_by_id(place, stuck):
    assert "is waiting" in outbox("retry", stuck)
    assert "is parked" in outbox("park", stuck, "--reason", "later")
    assert "is dropped" in outbox("drop", stuck, "--reason", "never")
    with pytest.raises(CommandError, match="It is dropped by a person"):
        outbox("retry", stuck)


def test_the_command_retries_all_parked_of_an_institute(place, stuck):
    assert outbox("retry", "--institute", "yhiot") == "yhiot: 1 to be tried again.\n"
    with institute_context(place):
        assert not Delivery.objects.filter(state="parked").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("retry", uuid.uuid4()), "No institute has"),
        (("retry",), "Give either"),
        (("list", "--institute", "nowhere"), "There is no institute nowhere. There are: network, yhiot."),
    ],
)
def test_the_command_says_what_is_wrong(place, words, message):
    with pytest.raises(CommandError, match=message):
        outbox(*words)
