"""The roll-up equals the journal, whatever happens to the one who keeps it."""

import datetime as dt
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from crm.base.clock import academic_year
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.outbox.models import Entry
from sponsorships.actions.journal import post_entry, reverse_entry
from sponsorships.models import Bucket, EntryKind, FundMonth, FundRollup, shift
from sponsorships.rollups import fold_fund_usage, rebuild_usage, usage_differences
from tests.factories.funds import make_fund
from tests.workers.processes import eventually
from workers.handlers.usage import fold_usage

B, K = Bucket, EntryKind


def gift(fund, pence, day=dt.date(2026, 9, 3)):
    return post_entry(
        kind=K.GIFT,
        moves=shift(fund, B.EXTERNAL, B.AVAILABLE, pence),
        occurred_on=day,
        memo="Gift",
        source=("tests.gift", new_id()),
        key=str(new_id()),
        by=None,
    )


def rows(fund):
    return list(
        FundMonth.objects.filter(fund=fund)
        .order_by("month", "kind", "bucket")
        .values_list("id", "month", "academic_year", "kind", "bucket", "pence", "entries")
    )


def without_ids(fund):
    return [row[1:] for row in rows(fund)]


def test_postings_are_summed_by_month_kind_and_bucket(inside):
    fund = make_fund()
    gift(fund, 500)
    gift(fund, 200, dt.date(2026, 9, 30))
    gift(fund, 100, dt.date(2026, 10, 1))
    assert fold_fund_usage(fund_id=fund.id) == 6
    september, october = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
    assert without_ids(fund) == [
        (september, "2026/27", "gift", "available", 700, 2),
        (september, "2026/27", "gift", "external", -700, 2),
        (october, "2026/27", "gift", "available", 100, 1),
        (october, "2026/27", "gift", "external", -100, 1),
    ]


@pytest.mark.parametrize(
    "day", [dt.date(2026, 7, 31), dt.date(2026, 8, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2099, 8, 1)]
)
def test_the_database_and_the_clock_agree_on_the_academic_year(inside, day):
    fund = make_fund()
    gift(fund, 500, day)
    fold_fund_usage(fund_id=fund.id)
    assert set(FundMonth.objects.values_list("academic_year", flat=True)) == {academic_year(day)}


def test_folding_twice_changes_nothing(inside):
    fund = make_fund(500)
    fold_fund_usage(fund_id=fund.id)
    before = rows(fund)
    assert fold_fund_usage(fund_id=fund.id) == 0
    assert rows(fund) == before


def test_an_entry_for_an_old_month_is_added_there(inside):
    fund = make_fund(500)
    fold_fund_usage(fund_id=fund.id)
    gift(fund, 7, dt.date(2025, 3, 3))
    fold_fund_usage(fund_id=fund.id)
    assert without_ids(fund)[0] == (dt.date(2025, 3, 1), "2024/25", "gift", "available", 7, 1)


def test_folding_all_takes_every_fund_of_the_institute_and_no_other(inside, liot):
    first, second = make_fund(500), make_fund(700)
    with institute_context(liot.id):
        theirs = make_fund(900)
    assert fold_fund_usage() == 4
    assert len(rows(first)) == len(rows(second)) == 2
    with institute_context(liot.id):
        assert rows(theirs) == []


def test_a_crash_half_way_leaves_nothing_behind_and_the_next_run_does_it_all(inside):
    fund = make_fund(500)
    with pytest.raises(RuntimeError), transaction.atomic():
        fold_fund_usage(fund_id=fund.id)
        raise RuntimeError("killed before commit")
    assert rows(fund) == []
    assert FundRollup.objects.get(fund=fund).folded_sequence == 0
    assert fold_fund_usage(fund_id=fund.id) == 2


def test_kept_up_and_rebuilt_rows_are_the_same_to_the_byte(inside):
    fund = make_fund(5000)
    for day in (dt.date(2026, 9, 4), dt.date(2026, 10, 4), dt.date(2026, 11, 4)):
        entry = gift(fund, 10, day)
        fold_fund_usage()
    reverse_entry(entry=entry, memo="Entered twice", by=inside, occurred_on=dt.date(2026, 11, 5))
    fold_fund_usage()
    kept_up = rows(fund)
    assert rebuild_usage(fund=fund) == 10
    assert rows(fund) == kept_up
    assert usage_differences() == []


def test_a_tampered_row_is_named_and_mended(inside, yhiot):
    make_fund(5000, name="Quickline bursaries")
    fold_fund_usage()
    FundMonth.objects.filter(bucket="available").update(pence=1)
    assert [str(row) for row in usage_differences()] == [
        "Quickline bursaries, 2026-09, gift/available: roll-up has 1 pence in 1 postings, journal 5000 in 1"
    ]
    out = StringIO()
    call_command("rollup", "rebuild", institute="yhiot", stdout=out)
    assert "Quickline bursaries, 2026-09, gift/available: roll-up has 1 pence" in out.getvalue()
    assert "1 fund(s), 2 posting(s), 0 of them folded just now: 1 row(s) differed and are mended." in out.getvalue()
    assert usage_differences() == []


def test_rollup_rebuild_says_that_all_is_equal(inside):
    make_fund(5000)
    out = StringIO()
    call_command("rollup", "rebuild", stdout=out)
    assert "1 fund(s), 2 posting(s), 2 of them folded just now: kept up and rebuilt are equal." in out.getvalue()


def test_rollup_rebuild_of_an_unknown_institute_says_so(inside):
    with pytest.raises(CommandError, match="no institute nowhere"):
        call_command("rollup", "rebuild", institute="nowhere")


def test_the_handler_folds_the_fund_of_the_event(inside):
    fund = make_fund(500)
    entry = Entry.objects.get(type="sponsorships.journal_entry_posted")
    fold_usage(type("Event", (), {"fund_id": fund.id}), entry)
    assert len(rows(fund)) == 2


def test_folds_at_once_add_nothing_twice(committed, yhiot):
    with institute_context(yhiot.id):
        fund = make_fund()
        for number in range(40):
            gift(fund, 10 + number)
    folded, errors = [], []

    def fold():
        try:
            with institute_context(yhiot.id):
                folded.append(fold_fund_usage())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=fold) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(folded) == [0] * 7 + [80]
    with institute_context(yhiot.id):
        assert usage_differences() == []


def test_a_fold_between_writers_leaves_no_posting_behind(committed, yhiot):
    """A posting that commits late has a higher number than all before it, because numbers come under the lock."""
    with institute_context(yhiot.id):
        fund = make_fund()
    done = threading.Event()

    def write():
        try:
            for number in range(25):
                with institute_context(yhiot.id):
                    gift(fund, 1 + number)
        finally:
            connections.close_all()

    def fold():
        try:
            while not done.is_set():
                with institute_context(yhiot.id):
                    fold_fund_usage()
        finally:
            connections.close_all()

    writers, folder = [threading.Thread(target=write) for _ in range(3)], threading.Thread(target=fold)
    for thread in (*writers, folder):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    folder.join()
    with institute_context(yhiot.id):
        fold_fund_usage()
        assert FundRollup.objects.get(fund=fund).folded_sequence == 150
        kept_up = rows(fund)
        rebuild_usage(fund=fund)
        assert rows(fund) == kept_up


def test_a_rebuild_that_waited_for_a_fold_leaves_nothing_to_be_added_twice(committed, yhiot):
    """What was folded while it waited is in its sums, or it would count that again with the next fold."""
    with institute_context(yhiot.id):
        fund = make_fund()
        gift(fund, 100)
        fold_fund_usage()
        gift(fund, 7)  # not folded: the rebuild will have this row to mend
    errors = []

    def rebuild():
        try:
            with institute_context(yhiot.id):
                rebuild_usage()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=rebuild)
    with institute_context(yhiot.id):
        gift(fund, 5, day=dt.date(2026, 10, 1))  # and a row that it has not
        fold_fund_usage()
        waiting.start()
        eventually(somebody_waits_for_a_lock, message="the rebuild does not wait for the fold")
    waiting.join()
    assert errors == []
    with institute_context(yhiot.id):
        fold_fund_usage()
        assert usage_differences() == []


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
        return cursor.rowcount > 0
