"""Whose data a connection may show is forgotten with each piece of work, and a role that sees all may not serve."""

import pytest
from django.db import connection

from crm.base.context import institute_context
from employers.models import Employer
from employers.views.lists import EmployerList
from tests.factories.employers import make_employer
from tests.faults.site import RealWeb
from tests.workers.facts import happen, lines
from tests.workers.processes import RealWorker, eventually
from workers.relay import drain


def session() -> tuple[int, str]:
    """Which session of the database this is, and whose rows it may read now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), coalesce(current_setting('app.institutes', true), '')"
            " || coalesce(current_setting('app.acting', true), '') || coalesce(current_setting('app.user', true), '')"
        )
        return cursor.fetchone()


def rows_without_context() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM employers_employer")
        return cursor.fetchone()[0]


def test_a_page_that_breaks_leaves_nothing_of_its_institute_on_the_connection(
    committed, yhiot, liot, people, client_for, monkeypatch
):
    """69, in the web: the same session serves another institute next."""
    with institute_context(yhiot.id):
        make_employer("Croda")
    ours = client_for(people.partnership_manager, yhiot)
    theirs = client_for(people.at(liot).partnership_manager, liot)
    ours.raise_request_exception = False
    before = session()

    def break_down(view: EmployerList, **extra: object) -> None:
        assert Employer.objects.count() == 1
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(EmployerList, "get_context", break_down)
        assert ours.get("/employers/").status_code == 500
    assert session() == before == (before[0], "")
    assert rows_without_context() == 0
    assert "Croda" not in theirs.get("/employers/").content.decode()
    assert "Croda" in ours.get("/employers/").content.decode()
    assert session() == before


def test_a_handler_that_breaks_leaves_nothing_of_its_institute_on_the_connection(committed, yhiot, liot):
    """69, in a worker: the same session works for another institute next."""
    with institute_context(yhiot.id):
        make_employer("Croda")
    before = session()
    happen(yhiot.id, "poison", "statement")
    drain(yhiot.id)
    assert session() == before == (before[0], "")
    assert rows_without_context() == 0
    theirs = happen(liot.id, "fine")
    drain(liot.id)
    assert session() == before
    assert list(lines(liot.id)) == theirs and not lines(yhiot.id)


@pytest.mark.workers
@pytest.mark.parametrize("kind", ["web", "worker"])
def test_a_server_that_is_given_a_role_above_row_security_does_not_start(committed, kind):
    """71: the real program, as the superuser. It ends with what is wrong and what to do, and serves nobody."""
    environment = {**committed.environment, "DATABASE_URL": committed.urls.superuser_url}
    process = RealWeb(environment, 1) if kind == "web" else RealWorker(environment)
    try:
        process.launch()
        eventually(lambda: process.process.returncode() is not None, seconds=60, message="it serves")
        assert process.process.returncode() != 0
        assert "is a superuser" in process.log
        assert "CREATE ROLE anchorpoint_app" in process.log
    finally:
        process.__exit__(None, None, None)
