"""Every task is tenant-bound or an enumerator, and behaves as its shape promises."""

import pytest
from django.db import connection, connections
from django.db.utils import DataError

from crm.base.context import has_context, no_context
from crm.celery import app
from workers import schedule, tasks
from workers.shapes import Shape, institutes_with_work, live_institute

OURS = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


@pytest.mark.parametrize("name", OURS)
def test_every_registered_task_has_a_known_shape(name):
    assert OURS[name].shape in set(Shape)
    assert name.startswith("workers.")


def test_every_enumerator_is_knocked_at_by_the_beat_and_nothing_else_is():
    knocked = {entry["task"] for entry in schedule.BEAT.values()}
    assert knocked == {name for name, task in OURS.items() if task.shape == Shape.ENUMERATOR}


def test_every_enumerator_starts_a_tenant_bound_task_of_a_kind_the_database_knows(db):
    for task in OURS.values():
        if task.shape == Shape.ENUMERATOR:
            assert task.starts.shape == Shape.TENANT_BOUND
            assert institutes_with_work(task.kind) == []


def test_an_unknown_kind_of_work_is_refused_by_the_database(db):
    for kind in ("nonsense", "outbox; drop table x", "../outbox", ""):
        with pytest.raises(DataError), no_context():
            institutes_with_work(kind)


@pytest.mark.parametrize("garbage", ["", "nonsense", None, 7, "11111111-1111-4111-8111-111111111111", ["x"]])
def test_a_tenant_bound_task_ignores_an_id_that_is_no_live_institutes(db, garbage):
    assert live_institute(garbage) is None
    assert tasks.drain_outbox(garbage) is None


def test_a_tenant_bound_task_ignores_an_institute_that_is_no_longer_live(yhiot):
    assert live_institute(str(yhiot.id)) == yhiot.id
    yhiot.is_live = False
    yhiot.save()
    assert live_institute(str(yhiot.id)) is None


def test_a_task_whose_connection_has_died_since_the_last_one_asks_on_a_new_one(committed, yhiot):
    with connection.cursor() as cursor, connections["owner"].cursor() as owner:
        cursor.execute("SELECT pg_backend_pid()")
        owner.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
    connection.close_if_unusable_or_obsolete()  # what a task does before anything else
    assert live_institute(str(yhiot.id)) == yhiot.id


def test_an_enumerator_runs_without_any_institute_in_sight(db):
    assert not has_context()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_membership")
        assert cursor.fetchone() == (0,)
