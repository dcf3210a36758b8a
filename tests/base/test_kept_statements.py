import pytest
from django.db import connection, transaction
from django.db.utils import DataError

from crm.base.context import institute_context
from crm.base.kept_statements import Kept, run_together
from crm.core.models import SearchEntry
from crm.core.search import index
from workers.turns import in_turn

RENAME = "UPDATE core_searchentry SET title = %(title)s WHERE object_id = %(id)s"
SAY = "SELECT title FROM core_searchentry WHERE object_id = %(id)s"


@pytest.fixture
def entry(committed, yhiot):
    with institute_context(yhiot.id):
        index(kind="employers.employer", object_id=yhiot.id, title="Before")
    return yhiot.id


def _title(entry):
    with institute_context(entry):
        return SearchEntry.objects.get(object_id=entry).title


def test_statements_that_run_together_see_one_another_and_are_saved(entry):
    renamed = Kept(RENAME + " RETURNING title", {"id": entry, "title": "After"})
    assert in_turn(entry, renamed, Kept(SAY, {"id": entry})) == [[("After",)], [("After",)]]
    assert _title(entry) == "After"


def test_when_one_fails_none_of_them_has_happened(entry):
    renamed = Kept(RENAME + " RETURNING title", {"id": entry, "title": "After"})
    with pytest.raises(DataError):
        in_turn(entry, renamed, Kept("SELECT 1 / %(zero)s::int", {"zero": 0}))
    assert _title(entry) == "Before"
    assert in_turn(entry, Kept(SAY, {"id": entry})) == [[("Before",)]], "and the connection still serves"


def test_the_institute_is_forgotten_when_they_have_run(entry):
    in_turn(entry, Kept(SAY, {"id": entry}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.institutes', true), count(*) FROM core_searchentry")
        assert cursor.fetchone() == ("", 0)


def test_they_refuse_to_be_part_of_a_larger_transaction(db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="cannot be part of another"):
        run_together(Kept("SELECT 1", {}))
