"""It happened, but the caller got an error: connections that break at COMMIT, on either side of it.

A proxy between product and PostgreSQL cuts them. The page must not claim to know, and whatever the person does next
must not move money, book or write twice.
"""

import json
import random

import pytest

from crm.base.clock import today
from tests.api_client import make_token
from tests.faults.commit_cutter import CommitCutter
from tests.faults.invariants import assert_invariants
from tests.faults.load import Accountant, Administrator, Coordinator, Load, Manager
from tests.faults.site import Site
from tests.faults.visitors import Visitor
from tests.workers.processes import eventually

pytestmark = pytest.mark.workers

OF_A_FACT = b'INSERT INTO "outbox_entry"'  # the transactions that record something
SAID = "We cannot tell whether that was saved"


@pytest.mark.parametrize("after", [True, False], ids=["after it worked", "before it arrived"])
def test_a_commit_without_an_answer_is_told_as_doubt_and_done_once_in_the_end(site, cutter, dice, after):
    """53: an award, a receipt and a gift out of it, a booking, a conversation; each pressed until it is answered."""
    for kind in (Administrator, Accountant, Coordinator, Manager):
        desk = Load(site, dice.randrange(10**6)).desk(kind)
        order = cutter.cut(OF_A_FACT, after=after)
        desk.work()
        assert order in cutter.obeyed
        [doubted] = [answer for answer in desk.visitor.answers if answer.status == 503]
        assert SAID in doubted.words
        assert "Look whether your change is there before you make it again" in doubted.words
        assert [(wish.what, wish.times(site)) for wish in desk.wishes] == [(wish.what, 1) for wish in desk.wishes]
    assert_invariants(site)


def test_part_of_a_receipt_is_not_taken_twice_when_the_first_answer_was_lost(site, cutter, dice):
    """53: nothing but the form's own key stops it: the receipt holds enough for both."""
    desk = Load(site, dice.randrange(10**6)).desk(Accountant)
    order = cutter.cut(b'INSERT INTO "sponsorships_receiptmatch"', after=True)
    desk.work()
    assert order in cutter.obeyed
    gift = desk.wishes[-1]
    assert (gift.what, gift.tries, gift.times(site)) == ("a gift out of a receipt", 2, 1)
    assert_invariants(site)


@pytest.mark.parametrize("after", [True, False], ids=["after it worked", "before it arrived"])
def test_a_program_whose_commit_got_no_answer_repeats_with_its_key_and_has_done_it_once(site, cutter, after):
    """53: the answer is stored in the transaction of the work, so the repeat finds it exactly if the work was saved."""
    officer = site.cast.person("finance_officer", site.cast.yhiot)
    secret = make_token(officer, site.cast.yhiot).secret
    program = Visitor(site.port, "")
    site.visitors.append(program)
    receipt = {"banked_on": today().isoformat(), "payer": "Quickline", "reference": f"API {after}", "pence": 500}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"receipt-{after}"}
    cutter.cut(OF_A_FACT, after=after)
    answers = [program.tell("/api/v1/receipts/", receipt, **headers) for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 201, 201]
    assert json.loads(answers[1].text) == json.loads(answers[2].text)
    counted = "SELECT count(*) FROM sponsorships_receipt WHERE reference = %s"
    assert site.ask(counted, f"API {after}") == [(1,)]
    assert_invariants(site)


# What a worker was doing when its COMMIT got no answer: handing out and claiming, handling, sending, planning.
WORK = {
    "facts are handed out and claimed": b"INSERT INTO outbox_delivery",
    "a handler is done": b"state = 'done'",
    "a message is claimed": b"= 'claimed'",
    "a message is handed over": b"= 'handed_over'",
    "a message is settled": b"= 'sent'",
    "reminders are planned": b"INSERT INTO mail_occurrence",
}


def cut_at_work(site: Site, cutter: CommitCutter, dice: random.Random, sides: dict[str, bool]) -> None:
    """Cut each of these steps on its side, and give the workers something of everything to do."""
    orders = [(step, cutter.cut(WORK[step], after=after)) for step, after in sides.items()]
    Load(site, dice.randrange(10**6)).desk(Administrator).work()
    site.cast.promise_calls(site.cast.yhiot, [f"Call while {step}, {after}" for step, after in sides.items()])
    site.wake_planner()
    try:
        eventually(lambda: all(order in cutter.obeyed for _, order in orders), seconds=60)
    except AssertionError as error:
        error.add_note(f"never cut: {[step for step, order in orders if order not in cutter.obeyed]}")
        raise
    assert_invariants(site)


def test_a_worker_whose_commits_get_no_answer_does_nothing_twice(site, cutter, dice):
    """53, 37: each step of relay, mailer and planner is cut once, on a side that the dice choose."""
    cut_at_work(site, cutter, dice, {step: dice.random() < 0.5 for step in WORK})


@pytest.mark.soak
@pytest.mark.parametrize("after", [True, False], ids=["after it worked", "before it arrived"])
@pytest.mark.parametrize("step", WORK)
def test_a_worker_whose_commit_gets_no_answer_does_nothing_twice(site, cutter, dice, step, after):
    """53, 37: each step alone, on either side."""
    cut_at_work(site, cutter, dice, {step: after})


def cut_under_load(site: Site, cutter: CommitCutter, dice: random.Random, cuts: int) -> None:
    before = len(cutter.obeyed)
    with Load(site, dice.randrange(10**6)) as load, cutter.cutting_at_random(dice, 0.05):
        eventually(lambda: load.done() >= 0 and len(cutter.obeyed) - before >= cuts, seconds=60 + 5 * cuts)
    assert_invariants(site)
    print(f"{len(cutter.obeyed) - before} cuts; {dict(load.assert_wishes_came_true())}, {load.repeated()} sent again")


@pytest.mark.soak
def test_any_commit_of_any_process_may_get_no_answer(site, cutter, dice):
    """53: one in twenty of all commits of web, workers and beats is cut, on either side, while people work."""
    cut_under_load(site, cutter, dice, 150)
