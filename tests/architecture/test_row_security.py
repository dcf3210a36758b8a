"""Every tenant table is closed in the database, and removing any one bolt is noticed."""

import pytest
from django.db import connections

from tests.architecture.catalogue import (
    WITHOUT_TENANT,
    policies_missing,
    references_that_leave,
    tables,
    tables_unknown,
    tenant_tables,
    uniques_without_tenant,
    views_that_leak,
    writable_append_only,
)

FAULTS = (
    policies_missing,
    references_that_leave,
    uniques_without_tenant,
    views_that_leak,
    tables_unknown,
    writable_append_only,
)


@pytest.fixture
def catalogue(committed):
    with connections["owner"].cursor() as cursor:
        yield cursor


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_the_catalogue_has_no(fault, catalogue):
    assert fault(catalogue) == []


def test_the_list_of_tables_without_tenant_has_no_dead_line(catalogue):
    assert set(WITHOUT_TENANT) - set(tables(catalogue)) == set()


def test_dropping_any_one_policy_is_noticed(catalogue):
    catalogue.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    every = catalogue.fetchall()
    assert len(every) >= 4 * len(tenant_tables(catalogue))
    for table, policy in every:
        catalogue.execute("BEGIN")
        catalogue.execute(f'DROP POLICY "{policy}" ON "{table}"')
        missed = policies_missing(catalogue)
        catalogue.execute("ROLLBACK")
        assert missed, f"nobody noticed that {policy} was gone"


def test_switching_row_security_off_is_noticed(catalogue):
    for table in tenant_tables(catalogue):
        catalogue.execute("BEGIN")
        catalogue.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        missed = policies_missing(catalogue)
        catalogue.execute("ROLLBACK")
        assert missed, f"nobody noticed that {table} was open"


def test_the_application_role_owns_nothing_and_cannot_bypass(committed):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
