"""The journal alone: what it takes, what it refuses, what stands afterwards."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.base.ids import new_id
from crm.outbox.models import Entry
from sponsorships.actions.funds import open_fund
from sponsorships.actions.journal import post_entry, reverse_entry
from sponsorships.models import Bucket, EntryKind, FundBalance, JournalEntry, Move, Posting, shift
from tests.factories.funds import make_fund

B, K = Bucket, EntryKind
DAY = dt.date(2026, 11, 2)
SOURCE = ("tests.source", new_id())


def post(fund, kind, origin, destination, pence, key=None, **kwargs):
    facts = {"occurred_on": DAY, "memo": "A memo", "source": SOURCE, "by": None, **kwargs}
    return post_entry(kind=kind, moves=shift(fund, origin, destination, pence), key=key or str(new_id()), **facts)


def test_the_worked_example_of_the_documentation_holds_number_by_number(inside):
    """docs/ledger.md"""
    fund = make_fund()
    steps = [
        (K.PROMISED, B.EXTERNAL, B.PROMISED, 100, {B.EXTERNAL: -100, B.PROMISED: 100}),
        (K.RECEIVED, B.PROMISED, B.AVAILABLE, 40, {B.PROMISED: 60, B.AVAILABLE: 40}),
        (K.AWARDED, B.AVAILABLE, B.COMMITTED, 30, {B.AVAILABLE: 10, B.COMMITTED: 30}),
        (K.PAID, B.COMMITTED, B.PAID, 10, {B.COMMITTED: 20, B.PAID: 10}),
        (K.RELEASED, B.COMMITTED, B.AVAILABLE, 5, {B.COMMITTED: 15, B.AVAILABLE: 15}),
        (K.RECOVERED, B.PAID, B.AVAILABLE, 4, {B.PAID: 6, B.AVAILABLE: 19}),
    ]
    expected = dict.fromkeys(Bucket.values, 0)
    for kind, origin, destination, pence, after in steps:
        post(fund, kind, origin, destination, pence)
        expected |= {str(bucket): pence for bucket, pence in after.items()}
        assert fund.held() == expected
    assert fund.held()[B.AVAILABLE] == 19
    assert sum(fund.held().values()) == 0


def test_a_new_fund_has_every_bucket_at_zero(inside):
    fund = make_fund()
    assert fund.held() == dict.fromkeys(Bucket.values, 0)
    assert fund.rollups.get().folded_sequence == 0


def test_postings_are_numbered_without_gaps_per_fund(inside):
    first, second = make_fund(), make_fund()
    for _ in range(2):
        post(first, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5)
        post(second, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5)
    for fund in (first, second):
        assert list(fund.postings.values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_each_entry_is_recorded_once_per_fund_it_touches(inside):
    fund = make_fund()
    entry = post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5)
    payload = Entry.objects.get(type="sponsorships.journal_entry_posted").payload
    assert payload == {"fund_id": str(fund.id), "entry_id": str(entry.id), "kind": "gift", "sequence": 2}


def test_the_same_key_with_the_same_facts_is_one_entry(inside):
    fund = make_fund()
    first = post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5, key="once")
    again = post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5, key="once")
    assert again == first
    assert fund.held()[B.AVAILABLE] == 5


@pytest.mark.parametrize("other", [{"memo": "Another"}, {"occurred_on": DAY + dt.timedelta(1)}, {"pence": 6}])
def test_the_same_key_with_other_facts_is_refused(inside, other):
    fund = make_fund()
    post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5, key="once")
    with pytest.raises(Conflict, match="already with other details"):
        post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, other.pop("pence", 5), key="once", **other)
    assert fund.held()[B.AVAILABLE] == 5


def test_taking_more_than_there_is_says_how_much_is_left(inside):
    fund = make_fund(1000, name="Quickline bursaries")
    with pytest.raises(OverLimit, match=r"Only £10.00 is left as available in “Quickline bursaries”; £10.01 was"):
        post(fund, K.AWARDED, B.AVAILABLE, B.COMMITTED, 1001)
    assert fund.held()[B.AVAILABLE] == 1000
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "origin", "destination"),
    [
        (K.PAID, B.AVAILABLE, B.PAID),
        (K.AWARDED, B.PROMISED, B.COMMITTED),
        (K.SPENT, B.COMMITTED, B.SPENT),
        (K.GIFT, B.AVAILABLE, B.EXTERNAL),
        (K.RECEIVED, B.EXTERNAL, B.AVAILABLE),
        (K.TRANSFERRED, B.AVAILABLE, B.COMMITTED),
    ],
)
def test_a_kind_that_may_not_move_money_that_way_is_refused(inside, kind, origin, destination):
    fund = make_fund(1000)
    with pytest.raises(DomainError, match="cannot move money that way"):
        post(fund, kind, origin, destination, 10)
    assert JournalEntry.objects.count() == 1


def test_an_entry_that_does_not_balance_is_refused(inside):
    fund = make_fund()
    moves = [Move(fund, B.EXTERNAL, -10), Move(fund, B.AVAILABLE, 9)]
    with pytest.raises(DomainError, match="differ"):
        post_entry(kind=K.GIFT, moves=moves, occurred_on=DAY, memo="m", source=SOURCE, key="k", by=None)


def test_an_entry_of_nothing_is_refused(inside):
    with pytest.raises(DomainError, match="above zero"):
        post(make_fund(), K.GIFT, B.EXTERNAL, B.AVAILABLE, 0)


@pytest.mark.parametrize("memo", ["", "  ", "for sam@college.example", "Ms Field, travel", "born 14/09/2006"])
def test_a_memo_that_is_empty_or_names_a_person_is_refused(inside, memo):
    with pytest.raises(DomainError) as refusal:
        post(make_fund(), K.GIFT, B.EXTERNAL, B.AVAILABLE, 5, memo=memo)
    assert refusal.value.field == "memo"


def test_a_memo_made_of_names_that_sponsors_have_is_taken_as_it_is(inside):
    memo = "Promised: Dr Martens bursaries, 01234 567890"
    assert post(make_fund(), K.GIFT, B.EXTERNAL, B.AVAILABLE, 5, memo=memo, is_typed=False).memo == memo


def test_a_fund_of_another_institute_is_not_found(inside, liot):
    with institute_context(liot.id):
        theirs = make_fund()
    with pytest.raises(NotFound):
        post(theirs, K.GIFT, B.EXTERNAL, B.AVAILABLE, 5)


def test_a_reversal_turns_every_sign_and_keeps_the_kind(inside):
    fund = make_fund(1000)
    entry = post(fund, K.REFUNDED, B.AVAILABLE, B.EXTERNAL, 300)
    reversal = reverse_entry(entry=entry, memo="Entered twice", by=inside, occurred_on=DAY)
    assert reversal.kind == K.REFUNDED
    assert reversal.reverses == entry
    assert fund.held()[B.AVAILABLE] == 1000


def test_an_entry_is_reversed_only_once(inside):
    entry = post(make_fund(1000), K.REFUNDED, B.AVAILABLE, B.EXTERNAL, 300)
    reverse_entry(entry=entry, memo="Entered twice", by=inside, occurred_on=DAY)
    with pytest.raises(Conflict, match="was reversed on 2 November 2026"):
        reverse_entry(entry=entry, memo="Again", by=inside, occurred_on=DAY)


def test_a_reversal_is_not_reversed(inside):
    entry = post(make_fund(1000), K.REFUNDED, B.AVAILABLE, B.EXTERNAL, 300)
    reversal = reverse_entry(entry=entry, memo="Entered twice", by=inside, occurred_on=DAY)
    with pytest.raises(Conflict, match="itself a reversal"):
        reverse_entry(entry=reversal, memo="Back", by=inside, occurred_on=DAY)


@pytest.mark.parametrize(
    ("kind", "origin", "destination"), [(K.AWARDED, B.AVAILABLE, B.COMMITTED), (K.PAID, B.COMMITTED, B.PAID)]
)
def test_an_entry_of_an_award_is_not_reversed(inside, kind, origin, destination):
    fund = make_fund(1000)
    post(fund, K.AWARDED, B.AVAILABLE, B.COMMITTED, 300)
    entry = post(fund, kind, origin, destination, 300)
    with pytest.raises(Conflict, match="Withdraw the award or recover the payment"):
        reverse_entry(entry=entry, memo="Back", by=inside, occurred_on=DAY)


def test_a_reversal_dated_before_its_entry_is_refused(inside):
    entry = post(make_fund(1000), K.REFUNDED, B.AVAILABLE, B.EXTERNAL, 300)
    with pytest.raises(DomainError) as refusal:
        reverse_entry(entry=entry, memo="Back", by=inside, occurred_on=DAY - dt.timedelta(days=1))
    assert refusal.value.field == "occurred_on"


def test_a_reversal_dated_in_the_future_is_refused(inside):
    fund = make_fund(1000)
    entry = post(fund, K.REFUNDED, B.AVAILABLE, B.EXTERNAL, 300)
    with pytest.raises(DomainError, match="today's date or an earlier one") as refusal:
        reverse_entry(entry=entry, memo="Back", by=inside, occurred_on=today() + dt.timedelta(days=1))
    assert refusal.value.field == "occurred_on"
    assert fund.held()[B.AVAILABLE] == 700


def test_a_reversal_of_money_that_has_moved_on_is_refused(inside):
    fund = make_fund()
    gift = post(fund, K.GIFT, B.EXTERNAL, B.AVAILABLE, 300)
    post(fund, K.AWARDED, B.AVAILABLE, B.COMMITTED, 200)
    with pytest.raises(OverLimit, match="Only £1.00 is left"):
        reverse_entry(entry=gift, memo="Bounced", by=inside, occurred_on=DAY)


def _refused(sql, *params):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_the_application_can_change_neither_journal_nor_balances(inside):
    fund = make_fund(1000)
    for table in ("sponsorships_journalentry", "sponsorships_posting"):
        _refused(f"UPDATE {table} SET kind = 'gift'")
        _refused(f"DELETE FROM {table}")
    _refused("UPDATE sponsorships_fundbalance SET pence = pence + 1")
    _refused("DELETE FROM sponsorships_fundbalance")
    _refused("TRUNCATE sponsorships_posting")
    assert fund.held()[B.AVAILABLE] == 1000


def test_the_database_refuses_crooked_postings_of_its_own(inside):
    fund = make_fund(1000)
    entry = JournalEntry.objects.get()
    facts = {"entry": entry, "fund": fund, "kind": "gift", "occurred_on": DAY}
    with pytest.raises(IntegrityError, match="do not sum to zero"), transaction.atomic():
        Posting.objects.create(bucket="available", pence=5, sequence=3, **facts)
    pair = [
        Posting(bucket="external", pence=-5, sequence=3, **facts),
        Posting(bucket="available", pence=5, sequence=4, **facts),
    ]
    with pytest.raises(IntegrityError, match="is written already"), transaction.atomic():
        Posting.objects.bulk_create(pair)
    assert FundBalance.objects.get(fund=fund, bucket="available").pence == 1000


def test_the_database_refuses_a_negative_balance_of_its_own(inside):
    fund = make_fund(1000)
    entry = JournalEntry.objects.create(
        kind="awarded", occurred_on=DAY, memo="m", source_type="t", source_id=new_id(), idempotency_key="k"
    )
    facts = {"entry": entry, "fund": fund, "kind": "awarded", "occurred_on": DAY}
    lines = [
        Posting(bucket="available", pence=-1001, sequence=3, **facts),
        Posting(bucket="committed", pence=1001, sequence=4, **facts),
    ]
    with pytest.raises(IntegrityError, match="sponsorships_balance_not_negative"), transaction.atomic():
        Posting.objects.bulk_create(lines)


def test_a_fund_name_is_used_once_whatever_its_capitals(inside):
    make_fund(name="Quickline bursaries")
    with pytest.raises(Conflict, match="already"):
        open_fund(name="QUICKLINE  bursaries", kind="bursary", starts_on=DAY, by=inside)


def test_a_fund_that_ends_before_it_starts_is_refused(inside):
    with pytest.raises(DomainError) as refusal:
        open_fund(name="A", kind="bursary", starts_on=DAY, ends_on=DAY - dt.timedelta(1), by=inside)
    assert refusal.value.field == "ends_on"
