"""A process dies at a named moment: after what it did has happened, and before it or its caller could say so."""

import uuid
from collections import Counter

import pytest

from crm.mail.states import State
from tests.faults.failpoints import POINTS
from tests.faults.invariants import assert_invariants
from tests.faults.load import Administrator, Load
from tests.faults.site import Site
from tests.workers.processes import eventually

pytestmark = pytest.mark.workers

IN_THE_WEB = ("action done, nothing committed", "committed, no wake-up sent")
IN_WORKERS = tuple(point for point in POINTS if point not in IN_THE_WEB)


def award(site: Site, seed: int) -> None:
    """Somebody awards a bursary, however often it takes."""
    desk = Load(site, seed).desk(Administrator)
    desk.work()
    [wish] = desk.wishes
    assert (wish.came_true, wish.times(site)) == (True, 1)


def mails(site: Site) -> dict[uuid.UUID, tuple[str, bool]]:
    """The state of each message, and whether the mail server has it."""
    with site.mail.kept.lock:
        arrived = set(site.mail.kept.ids)
    rows = site.ask("SELECT id, state, message_id FROM mail_occurrence")
    return {pk: (state, message_id in arrived) for pk, state, message_id in rows}


def test_a_web_server_killed_before_its_commit_leaves_nothing_and_the_next_press_does_it(site, seed):
    """53: the award was made and not committed."""
    order = site.arm("action done, nothing committed")
    award(site, seed)
    assert not order.exists()
    assert_invariants(site)


def test_a_web_server_killed_after_its_commit_is_found_by_the_poll_and_not_repeated(site, seed):
    """4: committed, and nobody was woken. The next press finds what stands."""
    order = site.arm("committed, no wake-up sent")
    award(site, seed)
    assert not order.exists()
    print(f"handled {assert_invariants(site):.1f} s after the press")


def die_at(site: Site, seed: int, points: tuple[str, ...]) -> Counter[tuple[str, bool]]:
    """Let a worker die once at each of these moments. Returns what became of the messages of that time.

    Of all of them: an award may be followed by a message about its fund, and the worker may die over that one.
    """
    before = mails(site)
    orders = {point: site.arm(point) for point in points}
    titles = [f"Call {number} while they die at {'-'.join(points)}"[:200] for number in range(len(points) + 2)]
    site.cast.promise_calls(site.cast.yhiot, titles)
    award(site, seed)
    site.wake_planner()
    eventually(
        lambda: not any(order.exists() for order in orders.values()),
        seconds=90,
        message=f"never came to: {[point for point, order in orders.items() if order.exists()]}",
    )
    assert_invariants(site)
    return Counter(state for pk, state in mails(site).items() if pk not in before)


def test_workers_killed_between_what_they_did_and_its_mark_do_nothing_twice(site, seed):
    """1: once at each moment of relay, mailer, planner and clock. Some messages may have arrived; others had."""
    became = die_at(site, seed, IN_WORKERS)
    in_doubt = became[State.UNKNOWN, False], became[State.UNKNOWN, True]
    assert min(in_doubt) >= 1 and sum(in_doubt) <= len(IN_WORKERS), "each death puts one message in doubt at most"
    assert became[State.SENT, True] == became.total() - sum(in_doubt)


@pytest.mark.soak
@pytest.mark.parametrize("point", IN_WORKERS)
def test_a_worker_killed_at_one_moment_does_nothing_twice(site, seed, point):
    """1: each moment alone."""
    became = die_at(site, seed, (point,))
    assert became.total() - became[State.SENT, True] == (
        point in ("hand-over committed, nothing sent", "message accepted, not settled")
    )
