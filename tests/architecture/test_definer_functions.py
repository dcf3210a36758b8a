"""Functions that step over row security are few, listed with a reason, and closed to all but the application."""

import re

import pytest
from django.db import connections

from tests.architecture.tree import ROOT

LISTED = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/definer-functions.md").read_text(), re.MULTILINE)

_DEFINERS = """
SELECT p.proname, p.proconfig::text, p.prorettype = 'trigger'::regtype,
       has_function_privilege('public', p.oid, 'EXECUTE'),
       has_function_privilege('anchorpoint_app', p.oid, 'EXECUTE'),
       p.prorettype IN ('uuid'::regtype, 'int'::regtype, 'bigint'::regtype)
       OR p.proargmodes IS NOT NULL AND NOT EXISTS (
         SELECT FROM unnest(p.proallargtypes, p.proargmodes) a(type, mode) WHERE mode = 't' AND type <> 'uuid'::regtype)
FROM pg_proc p
WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1
"""


@pytest.fixture
def definers(committed):
    with connections["owner"].cursor() as cursor:
        cursor.execute(_DEFINERS)
        return cursor.fetchall()


def test_the_list_equals_the_database(definers):
    assert [name for name, *_ in definers] == sorted(LISTED)


def test_each_fixes_its_search_path_with_temporary_tables_last(definers):
    loose = [name for name, config, *_ in definers if "search_path=pg_catalog, public, pg_temp" not in (config or "")]
    assert loose == []


def test_each_is_granted_to_the_application_alone(definers):
    public = [name for name, _, is_trigger, public, *_ in definers if public and not is_trigger]
    shut = [name for name, _, is_trigger, _, app, _ in definers if not app and not is_trigger]
    assert (public, shut) == ([], [])


def test_each_returns_ids_or_a_count(definers):
    assert [name for name, _, is_trigger, *_, plain in definers if not is_trigger and not plain] == []


def test_the_query_behind_a_kind_of_work_is_not_for_the_application(committed):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname ~ '^institutes_with_' AND proname <> 'institutes_with_work'"
            " AND has_function_privilege('anchorpoint_app', oid, 'EXECUTE')"
        )
        assert cursor.fetchall() == []
