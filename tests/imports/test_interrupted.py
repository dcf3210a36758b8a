"""Imports whose worker is killed or fails on the way: each row is written once, and the rest goes on."""

import signal
import subprocess
import sys
from functools import partial

import pytest
from django.db import connection

from crm.base.context import institute_context
from crm.base.errors import Conflict
from crm.imports import applying, undoing
from crm.imports.actions import (
    apply_import,
    check_import,
    drop_import,
    read_otherwise,
    resume_import,
    undo_import,
)
from crm.imports.domain_events import ImportApplied, ImportUndone
from crm.imports.models import ImportJob
from crm.imports.reads import account
from crm.outbox.models import Entry
from employers.imports.employers import Employers
from employers.models import Employer
from tests.imports.steps import applied, checked, counts, worked
from tests.workers.processes import ROOT

NAMES = ["Arco", "Bakkavor", "Croda", "Drax", "Eminox"]
FILE = ("Employer name\n" + "\n".join(NAMES)).encode()

# Two rows a chunk; dies once the second chunk is written and not yet committed.
DIES = """
import os, signal, sys, uuid
import django
django.setup()
import crm.imports.{module} as module
from crm.imports.work import work
from employers.imports.employers import Employers
Employers.at_once = 2
chunks = []
written = module.bulk_update
def die_in_the_second(*args, **kwargs):
    written(*args, **kwargs)
    chunks.append(1)
    if len(chunks) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
module.bulk_update = die_in_the_second
work(uuid.UUID(sys.argv[1]))
"""


def die_while(module: str, committed, institute) -> None:
    command = [sys.executable, "-W", "ignore", "-c", DIES.format(module=module), str(institute.id)]
    environment = {**committed.environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def stand() -> list[str]:
    return sorted(Employer.objects.values_list("name", flat=True))


@pytest.mark.workers
def test_a_worker_killed_in_the_middle_loses_no_row_and_repeats_none(committed, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        job = checked(manager, FILE)
        apply_import(job=job, by=manager)
    die_while("applying", committed, yhiot)
    with institute_context(yhiot.id, user_id=manager.id):
        assert stand() == NAMES[:2], "the chunk that was committed, and nothing of the next"
        assert counts(worked(job)) == (5, 5, 0, 0, 0)
        assert stand() == NAMES
        undo_import(job=job, by=manager)
    die_while("undoing", committed, yhiot)
    with institute_context(yhiot.id, user_id=manager.id):
        assert len(stand()) == 3
        assert worked(job).state == ImportJob.State.UNDONE
        assert stand() == []
        assert Entry.objects.filter(type=ImportApplied.type_name()).count() == 1
        assert Entry.objects.filter(type=ImportUndone.type_name()).count() == 1


@pytest.fixture
def failing(monkeypatch):
    """The steps of applying that fail, by their number; one row a step."""
    monkeypatch.setattr(Employers, "at_once", 1)
    steps, fail = [], set()
    apply_some = applying.apply_some

    def sometimes(*args):
        steps.append(1)
        if len(steps) in fail:
            _fail()
        return apply_some(*args)

    monkeypatch.setattr(applying, "apply_some", sometimes)
    return fail


def test_steps_that_fail_now_and_then_are_done_again(inside, yhiot, failing):
    failing |= {1, 3, 5, 6}
    job = checked(inside, FILE)
    apply_import(job=job, by=inside)
    assert counts(worked(job)) == (5, 5, 0, 0, 0)
    assert job.state == ImportJob.State.APPLIED and "failures" not in job.tally


@pytest.fixture
def stopped(inside, yhiot, failing) -> ImportJob:
    """One row written, then three failures running."""
    failing |= {2, 3, 4}
    job = checked(inside, FILE)
    apply_import(job=job, by=inside)
    return worked(job)


def test_an_import_that_fails_three_times_running_stops_and_shows_what_it_wrote(stopped, client_for, people, yhiot):
    assert stopped.state == ImportJob.State.STOPPED and stand() == NAMES[:1]
    assert account(stopped) == {"read": 5, "created": 1, "updated": 0, "unchanged": 0, "waiting": 4, "rejected": 0}
    page = client_for(people.partnership_manager, yhiot).get(f"/imports/{stopped.pk}/").content.decode()
    assert "Something went wrong on our side" in page and "Go on" in page and "Undo this import" in page


def test_one_that_stopped_goes_on_where_it_was(stopped, inside):
    resume_import(job=stopped, by=inside)
    assert counts(worked(stopped)) == (5, 5, 0, 0, 0)
    assert stand() == NAMES


def test_one_that_stopped_is_taken_back_as_far_as_it_came(stopped, inside):
    undo_import(job=stopped, by=inside)
    assert worked(stopped).state == ImportJob.State.UNDONE and stand() == []
    assert account(stopped)["undone"] == 1


def test_one_that_stopped_being_taken_back_goes_on_with_that(inside, monkeypatch):
    job = applied(inside, FILE)
    with monkeypatch.context() as patch:
        patch.setattr(undoing, "undo_some", _fail)
        undo_import(job=job, by=inside)
        assert worked(job).state == ImportJob.State.STOPPED
    resume_import(job=job, by=inside)
    assert worked(job).state == ImportJob.State.UNDONE and stand() == []


def test_what_is_written_of_a_file_is_not_forgotten_by_reading_it_otherwise(stopped, inside):
    for act in (
        partial(read_otherwise, job=stopped, wanted={}, by=inside),
        partial(check_import, job=stopped, columns=stopped.columns, by=inside),
        partial(drop_import, job=stopped, by=inside),
    ):
        with pytest.raises(Conflict):
            act()
    assert stopped.rows.count() == 5


def _fail(*args):
    raise RuntimeError("the database went away")


def test_tables_that_an_import_fills_are_looked_at_before_its_next_step(committed, yhiot, people):
    """Without statistics a foreign key reads all of the institute's rows for each one that comes in."""
    manager = people.partnership_manager
    names = "\n".join(f"Maker of things number {number}" for number in range(400))
    with institute_context(yhiot.id, user_id=manager.id):
        assert counts(applied(manager, f"Employer name\n{names}".encode()))[:2] == (400, 400)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'employers_employer'")
        assert cursor.fetchone() == (400,)
        cursor.execute("SELECT refresh_statistics()")
        assert cursor.fetchone() == (0,), "nothing has grown since"
