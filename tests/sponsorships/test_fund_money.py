"""Gifts, costs, transfers, refunds, recalls and write-offs; opening and closing."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, OverLimit
from crm.base.ids import new_id
from crm.outbox.models import Entry, TimelineItem
from sponsorships.actions.fund_money import (
    accept_gift,
    recall_money,
    record_spend,
    refund_money,
    settle_shortfall,
    transfer_between_funds,
    write_off_promise,
)
from sponsorships.actions.funds import close_fund, pause_fund, reopen_fund
from sponsorships.actions.journal import post_entry
from sponsorships.models import Bucket, EntryKind, JournalEntry, shift
from tests.factories.funds import make_award, make_fund

B = Bucket


@pytest.fixture
def finance(people):
    return people.finance_officer


@pytest.fixture
def fund(inside):
    return make_fund(10_000, name="Bursaries")


def held(fund):
    return {bucket: pence for bucket, pence in fund.held().items() if pence and bucket != B.EXTERNAL}


def promise(fund, pence):
    post_entry(
        kind=EntryKind.PROMISED,
        moves=shift(fund, B.EXTERNAL, B.PROMISED, pence),
        occurred_on=today(),
        memo="Agreement signed",
        source=("tests.agreement", new_id()),
        key=str(new_id()),
        by=None,
    )


def test_a_gift_is_available_at_once(fund, finance):
    accept_gift(fund=fund, pence=500, memo="Over-payment kept", key="g", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_500}


def test_a_repeat_moves_and_records_nothing(fund, finance):
    for _ in range(2):
        refund_money(fund=fund, pence=500, memo="Paid twice", key="r", by=finance)
    assert held(fund) == {B.AVAILABLE: 9_500}
    assert Entry.objects.filter(type="sponsorships.money_refunded").count() == 1


def test_a_cost_is_spent_from_a_fund_for_that_purpose(inside, finance):
    challenge = make_fund(10_000, kind="challenge")
    source = ("events.challenge", new_id())
    record_spend(fund=challenge, pence=2500, memo="Kits", source=source, key="s", by=finance)
    assert held(challenge) == {B.AVAILABLE: 7500, B.SPENT: 2500}
    general = make_fund(10_000, kind="general")
    record_spend(fund=general, pence=1, memo="Kits", source=source, key="s2", by=finance)
    assert held(general)[B.SPENT] == 1


def test_a_bursary_fund_pays_for_no_challenge(fund, finance):
    with pytest.raises(DomainError, match="is for Bursaries, not for STE"):
        record_spend(fund=fund, pence=1, memo="Kits", source=("events.challenge", new_id()), key="s", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_000}


def test_a_paused_fund_pays_for_nothing(inside, finance):
    challenge = make_fund(10_000, kind="challenge")
    pause_fund(fund=challenge, by=finance)
    with pytest.raises(Conflict, match="is paused and pays nothing now"):
        record_spend(fund=challenge, pence=1, memo="Kits", source=("events.challenge", new_id()), key="s", by=finance)


def test_a_transfer_moves_money_between_funds_of_one_kind(fund, finance):
    other = make_fund(name="Other bursaries")
    transfer_between_funds(origin=fund, destination=other, pence=4000, memo="Ends soon", key="t", by=finance)
    assert held(fund) == {B.AVAILABLE: 6000}
    assert held(other) == {B.AVAILABLE: 4000}
    lines = dict(TimelineItem.objects.filter(text__contains="transferred").values_list("subject_id", "text"))
    assert lines == {
        fund.id: "£40 transferred to another fund",
        other.id: "£40 transferred from another fund",
    }


def test_a_transfer_does_not_change_what_money_was_given_for(fund, finance):
    challenge = make_fund(kind="challenge")
    with pytest.raises(DomainError, match="Choose a fund of the same kind"):
        transfer_between_funds(origin=fund, destination=challenge, pence=1, memo="m", key="t", by=finance)
    with pytest.raises(DomainError, match="two different funds"):
        transfer_between_funds(origin=fund, destination=fund, pence=1, memo="m", key="t", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_000}


def test_general_money_may_be_given_a_purpose(fund, finance):
    general = make_fund(500, kind="general")
    transfer_between_funds(origin=general, destination=fund, pence=500, memo="m", key="t", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_500}


@pytest.mark.parametrize("move", [refund_money, write_off_promise])
def test_more_than_there_is_cannot_leave(fund, finance, move):
    with pytest.raises(OverLimit, match="Only £"):
        move(fund=fund, pence=10_001, memo="m", key="k", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_000}


@pytest.mark.parametrize("pence", [0, -5])
def test_an_amount_that_is_not_above_zero_is_refused(fund, finance, pence):
    with pytest.raises(DomainError, match="above zero"):
        refund_money(fund=fund, pence=pence, memo="m", key="k", by=finance)


def test_a_date_in_the_future_is_refused(fund, finance):
    tomorrow = today() + dt.timedelta(days=1)
    with pytest.raises(DomainError) as refusal:
        refund_money(fund=fund, pence=1, memo="m", key="k", by=finance, occurred_on=tomorrow)
    assert refusal.value.field == "occurred_on"
    assert JournalEntry.objects.count() == 1


def test_a_promise_that_will_not_be_kept_is_written_off(fund, finance):
    promise(fund, 7000)
    write_off_promise(fund=fund, pence=2000, memo="Sponsor insolvent", key="w", by=finance)
    assert held(fund) == {B.AVAILABLE: 10_000, B.PROMISED: 5000}


def test_a_recall_of_spent_money_leaves_a_shortfall_that_blocks_awards(fund, finance, people):
    make_award(fund, 7000, by=people.bursary_administrator)
    for _ in range(2):
        recall_money(fund=fund, pence=5000, memo="Sponsor ended the agreement", key="c", by=finance)
    assert held(fund) == {B.COMMITTED: 7000, B.SHORTFALL: 2000}
    accept_gift(fund=fund, pence=9000, memo="Gift", key="g", by=finance)
    with pytest.raises(OverLimit, match=r"owes £20.00 back, so £0.00 is left to award"):
        make_award(fund, 1, by=people.bursary_administrator)
    settle_shortfall(fund=fund, pence=2000, memo="Paid back", key="s", by=finance)
    assert held(fund) == {B.AVAILABLE: 7000, B.COMMITTED: 7000}
    make_award(fund, 1, by=people.bursary_administrator)


def test_a_shortfall_is_settled_at_most_in_full(fund, finance):
    recall_money(fund=fund, pence=10_500, memo="Recalled", key="c", by=finance)
    accept_gift(fund=fund, pence=900, memo="Gift", key="g", by=finance)
    with pytest.raises(OverLimit, match="Only £5.00 is left as shortfall"):
        settle_shortfall(fund=fund, pence=501, memo="m", key="s", by=finance)


def test_a_fund_closes_only_when_empty_and_then_takes_nothing(fund, finance):
    with pytest.raises(Conflict, match=r"£100.00 is still available. Transfer or refund it first."):
        close_fund(fund=fund, by=finance)
    refund_money(fund=fund, pence=10_000, memo="Not needed", key="r", by=finance)
    close_fund(fund=fund, by=finance)
    with pytest.raises(Conflict, match="is closed"):
        accept_gift(fund=fund, pence=1, memo="m", key="g", by=finance)
    reopen_fund(fund=fund, by=finance)
    accept_gift(fund=fund, pence=1, memo="m", key="g", by=finance)


@pytest.mark.parametrize("what", ["promised", "committed"])
def test_a_fund_with_money_to_come_or_to_pay_does_not_close(inside, people, finance, what):
    fund = make_fund(0 if what == "promised" else 100)
    if what == "promised":
        promise(fund, 100)
    else:
        make_award(fund, 100, by=people.bursary_administrator)
    with pytest.raises(Conflict, match=f"£1.00 is still {what}"):
        close_fund(fund=fund, by=finance)


def test_a_fund_is_not_paused_twice(fund, finance):
    pause_fund(fund=fund, by=finance)
    with pytest.raises(Conflict, match="is paused already"):
        pause_fund(fund=fund, by=finance)
