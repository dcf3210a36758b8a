"""The roll-up through the worker's own relay, and through workers that die in the middle of a fold."""

import datetime as dt

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.outbox.models import Delivery
from sponsorships.actions.fund_money import accept_gift
from sponsorships.models import FundMonth, FundRollup
from sponsorships.rollups import fold_fund_usage, rebuild_usage, usage_differences
from tests.factories.funds import make_fund
from workers.relay import drain


@pytest.fixture
def fund(committed, yhiot):
    with institute_context(yhiot.id):
        return make_fund(500)


def give(institute, fund, pence, month):
    with institute_context(institute.id):
        day = dt.date(2026, month, 5)
        accept_gift(fund=fund, pence=pence, memo="Gift", key=str(new_id()), by=None, occurred_on=day)


def rows(institute):
    with institute_context(institute.id):
        return list(FundMonth.objects.order_by("id").values_list())


def kill_this_session(database):
    """What a worker's kill -9 is to the database: its session ends, its transaction with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with psycopg.connect(database.urls.superuser_url) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_the_relay_folds_each_entry_and_repeats_change_nothing(fund, yhiot):
    """55: run three times, and months out of order."""
    for month in (8, 9, 9, 10):
        give(yhiot, fund, 100, month)
    for _ in range(3):
        drain(yhiot.id)
    with institute_context(yhiot.id):
        assert set(Delivery.objects.filter(handler="fold_usage").values_list("state", flat=True)) == {"done"}
        assert FundRollup.objects.get(fund=fund).folded_sequence == 10
        kept_up = rows(yhiot)
        rebuild_usage(fund=fund)
    assert rows(yhiot) == kept_up


def test_a_worker_killed_in_the_middle_of_a_fold_leaves_it_as_if_never_begun(committed, fund, yhiot):
    """55: five times; the roll-up equals the journal at the end."""
    for attempt in range(5):
        give(yhiot, fund, 10 + attempt, 8 + attempt % 3)
        before = rows(yhiot)
        with pytest.raises(OperationalError), institute_context(yhiot.id):
            assert fold_fund_usage() > 0
            kill_this_session(committed)
            connection.cursor().execute("SELECT 1")  # the worker notices
        connections.close_all()
        assert rows(yhiot) == before
        if attempt % 2:
            drain(yhiot.id)
    drain(yhiot.id)
    with institute_context(yhiot.id):
        assert usage_differences() == []
        assert FundRollup.objects.get(fund=fund).folded_sequence == 12
