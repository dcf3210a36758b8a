"""What the relay promises about every recorded fact. Commits are real; the worker is this process."""

import threading
import uuid
from collections import Counter

from django.conf import settings
from django.db import connection, connections

from crm.base.context import institute_context
from crm.base.request_id import current_request_id, set_request_id
from crm.core.freeze import freeze, thaw
from crm.outbox.causation import MAX_DEPTH
from crm.outbox.models import Delivery, Entry, TimelineItem
from tests.workers.facts import ThingFollowed, ask, count, deliveries, happen, let_time_pass, lines, states
from workers.claims import claim_due
from workers.fan_out import CUT, ENTRIES_AT_ONCE, fan_out
from workers.relay import drain


def test_each_fact_reaches_each_handler_once_however_often_the_relay_runs(place):
    entries = happen(place, *["fine"] * 250)
    for _ in range(3):
        drain(place)
    assert lines(place) == lines(place, "alone") == Counter(entries)
    assert set(states(place)) == {"done"}


def test_facts_of_one_subject_are_handled_in_their_order(place):
    thing = uuid.uuid4()
    entries = happen(place, *["fine"] * 20, thing_id=thing)
    drain(place)
    done = deliveries(place)
    assert [d.entry_id for d in sorted(done, key=lambda d: (d.finished_at, d.sequence))] == entries


def test_a_failing_handler_loses_its_writes_and_costs_its_neighbours_nothing(place):
    entries = happen(place, "fine", "poison", "fine", "statement", "deferred", "fine")
    drain(place)
    assert states(place) == ["done", "waiting", "done", "waiting", "waiting", "done"]
    assert lines(place) == Counter([entries[0], entries[2], entries[5]])
    failed = [d for d in deliveries(place) if d.state == "waiting"]
    assert [d.attempts for d in failed] == [1, 1, 1]
    assert "ValueError at" in failed[0].last_error
    assert "IntegrityError at" in failed[2].last_error


def test_what_went_wrong_is_told_without_quoting_anybodys_data(place):
    happen(place, "poison", "refuse")
    drain(place)
    poison, refused = deliveries(place)
    assert "secret" not in poison.last_error
    assert "facts.py" in poison.last_error
    assert refused.last_error.endswith("Do it the other way round.")


def test_a_poisonous_fact_is_parked_after_its_last_attempt_and_holds_back_only_its_subject(place):
    thing = uuid.uuid4()
    first = happen(place, "fine", "poison", "fine", thing_id=thing)
    others = happen(place, *["fine"] * 150)
    for _ in range(settings.OUTBOX_MAX_ATTEMPTS + 2):
        drain(place)
        let_time_pass(place)
    assert states(place)[:3] == ["done", "parked", "waiting"]
    assert deliveries(place)[1].attempts == settings.OUTBOX_MAX_ATTEMPTS
    assert deliveries(place)[2].attempts == 0
    assert lines(place) == Counter([first[0], *others])
    assert set(states(place, "note_thing_alone")) == {"done"}, "another handler of the same fact is not held back"


def test_a_long_queue_behind_a_parked_fact_does_not_hide_the_rest(place):
    thing = uuid.uuid4()
    happen(place, "poison", *["fine"] * 120, thing_id=thing)
    later = happen(place, "fine")
    drain(place)
    assert lines(place) == Counter(later)


def test_waiting_times_grow(place):
    happen(place, "poison")
    waits = []
    for _ in range(4):
        drain(place)
        with institute_context(place), connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM not_before - now()) FROM outbox_delivery WHERE handler = 'note_thing'"
            )
            waits.append(float(cursor.fetchone()[0]))
        let_time_pass(place)
    for wait, least, most in zip(waits, (0.3, 3.5, 11.5, 47.5), (1.3, 6.1, 18.1, 72.1), strict=True):
        assert least < wait < most


def test_a_handler_that_records_a_fact_hands_on_cause_depth_and_request(place):
    set_request_id("the-click-of-a-person")
    first = ask(place)
    set_request_id("the-task-of-a-worker")
    drain(place)
    assert current_request_id() == "the-task-of-a-worker"
    with institute_context(place):
        followed = Entry.objects.get(type=ThingFollowed.type_name())
    assert (followed.causation_id, followed.depth) == (first, 1)
    assert followed.request_id == "the-click-of-a-person"
    assert set(lines(place, "followed")) == {followed.id}, "and the same drain handles it"


def test_facts_that_cause_one_another_for_ever_are_cut_and_shown(place):
    ask(place, for_ever=True)
    drain(place)
    chain = deliveries(place, "follow_again")
    assert [d.state for d in chain] == ["done"] * MAX_DEPTH + ["parked"]
    assert chain[-1].last_error == CUT


def test_an_unknown_fact_or_a_newer_version_waits_and_holds_back_only_its_subject(place):
    thing = uuid.uuid4()
    unknown, newer = happen(place, "fine", "fine")
    before, blocker, after = happen(place, "fine", "fine", "fine", thing_id=thing)
    other = happen(place, "fine")
    with institute_context(place):
        Entry.objects.filter(id=unknown).update(type="tests.from_tomorrow")
        Entry.objects.filter(id__in=[newer, blocker]).update(version=2)
    drain(place)
    assert lines(place) == Counter([before, *other])
    with institute_context(place):
        assert set(Entry.objects.filter(fanned_out_at=None).values_list("id", flat=True)) == {
            unknown,
            newer,
            blocker,
            after,
        }
        Entry.objects.update(version=1)
    drain(place)
    assert set(lines(place)) == {before, *other, newer, blocker, after}


def test_thousands_of_facts_that_nobody_here_can_read_do_not_hide_the_others(place):
    happen(place, *["fine"] * ENTRIES_AT_ONCE)
    with institute_context(place):
        Entry.objects.update(version=2)
    asked = ask(place)
    drain(place)
    assert set(states(place, "follow_thing")) == {"done"}
    with institute_context(place):
        assert Entry.objects.filter(causation_id=asked).exists()
    assert not lines(place)


def test_a_copy_that_stands_still_handles_nothing_until_it_goes_on(place):
    entries = happen(place, *["fine"] * 3)
    freeze("restored")
    assert drain(place) == 0
    assert (states(place), lines(place)) == ([], Counter())
    thaw()
    drain(place)
    assert lines(place) == Counter(entries)


def test_plans_made_while_the_tables_are_small_read_none_of_them_whole(place):
    for _ in range(8):  # enough for the connection to keep a plan for good
        happen(place, *["fine"] * 8)
        drain(place)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE outbox_entry, outbox_delivery")
    happen(place, *["fine"] * 8)
    before = _rows_read_whole()
    drain(place)
    assert _rows_read_whole() == before
    assert set(states(place)) == {"done"}


def _rows_read_whole() -> int:
    """Rows that this connection read by reading a whole table of the outbox, up to now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('outbox_entry', 'outbox_delivery')"
        )
        return cursor.fetchone()[0]


def test_two_relays_at_once_handle_nothing_twice_and_nothing_out_of_order(place):
    thing = uuid.uuid4()
    entries = happen(place, *["fine"] * 300) + happen(place, *["fine"] * 100, thing_id=thing)
    _in_threads(4, lambda: drain(place))
    drain(place)
    assert lines(place) == lines(place, "alone") == Counter(entries)
    mine = [d for d in deliveries(place) if d.subject_id == thing]
    assert [d.sequence for d in sorted(mine, key=lambda d: (d.finished_at, d.sequence))] == [d.sequence for d in mine]


def test_two_claims_at_once_share_nothing(place):
    happen(place, *["fine"] * 400)
    fan_out(place)
    claimed: list[uuid.UUID] = []
    _in_threads(4, lambda: claimed.extend(claim.id for claim in claim_due(place, alone=False)))
    assert len(claimed) == len(set(claimed)) >= settings.OUTBOX_BATCH_SIZE


def test_slow_handlers_end_a_transaction_early_and_all_get_done(place):
    entries = happen(place, *["slow"] * 30)
    drain(place)
    assert lines(place) == Counter(entries)
    with institute_context(place):
        transactions = TimelineItem.objects.filter(kind="noted").values_list("text", flat=True)
        assert 3 <= len(set(transactions)) <= 15
        alone = TimelineItem.objects.filter(kind="alone").values_list("text", flat=True)
        assert len(set(alone)) == 30


def test_a_batch_whose_end_fails_goes_one_by_one_and_the_guilty_one_is_found(place, caplog):
    """A deferred key bites when the handlers have run, and does not tell whose it is."""
    happened = happen(place, "fine", "deferred", "fine")
    drain(place)
    assert lines(place) == Counter([happened[0], happened[2]])
    assert states(place) == ["done", "waiting", "done"]
    assert "a transaction of 3 did not commit" in caplog.text


def test_what_shared_a_batch_with_a_failing_one_is_not_counted_as_another_attempt(place):
    happen(place, "fine", "poison", "fine")
    drain(place)
    assert [d.attempts for d in deliveries(place)] == [1, 1, 1]


def test_a_handler_of_many_is_called_with_many_facts_of_one_request_and_with_each_once(place):
    set_request_id("an-import")
    entries = count(place, *["fine"] * 70)
    set_request_id("the-click")
    entries += count(place, "fine")
    set_request_id("the-task-of-a-worker")
    drain(place)
    assert lines(place, "counted") == Counter(entries)
    assert _written("counted", place) == {"30 an-import": 60, "10 an-import": 10, "1 the-click": 1}


def test_one_bad_fact_among_many_is_found_and_costs_the_others_nothing(place):
    entries = count(place, "fine", "fine", "poison", "fine")
    drain(place)
    assert lines(place, "counted") == Counter([entries[0], entries[1], entries[3]])
    assert states(place, "count_things") == ["done", "done", "waiting", "done"]
    assert [d.attempts for d in deliveries(place, "count_things")] == [1, 1, 1, 1]
    assert "ValueError at" in deliveries(place, "count_things")[2].last_error


def test_facts_of_one_subject_keep_their_order_where_many_are_taken_at_once(place):
    thing, other = uuid.uuid4(), uuid.uuid4()
    entries = []
    for request in ("first-click", "second-click", "first-click"):
        set_request_id(request)
        entries += count(place, "fine", thing_id=thing)
        count(place, "fine", thing_id=other)
    drain(place)
    with institute_context(place):
        mine = TimelineItem.objects.filter(kind="counted", subject_id=thing)
        assert list(mine.order_by("happened_at").values_list("entry_id", flat=True)) == entries


def test_one_institutes_relay_touches_nothing_of_anothers(place, liot):
    mine, theirs = happen(place, "fine"), happen(liot.id, "fine")
    drain(place)
    assert lines(place) == Counter(mine)
    assert lines(liot.id) == Counter()
    with institute_context(liot.id):
        assert list(Entry.objects.filter(fanned_out_at=None).values_list("id", flat=True)) == theirs
        assert not Delivery.objects.exists()


def _written(kind, institute_id):
    """How often each text was written."""
    with institute_context(institute_id):
        return Counter(TimelineItem.objects.filter(kind=kind).values_list("text", flat=True))


def _in_threads(count, work):
    """Run `work` in so many threads with a connection each; raise what any of them raised."""
    errors, barrier = [], threading.Barrier(count)

    def run():
        try:
            barrier.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if errors:
        raise errors[0]
