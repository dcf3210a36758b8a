"""What a load balancer is told."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client

from crm.core.health.probes import HealthMiddleware


@pytest.fixture
def as_role(committed: SimpleNamespace) -> Iterator[object]:
    """`as_role("postgres")`: the role that serves requests for the rest of the test."""
    settings = connections["default"].settings_dict
    before = settings["USER"]

    def change(user: str) -> None:
        connections["default"].close()
        settings["USER"] = user

    yield change
    change(before)


def test_process_is_alive_without_asking_the_database(client: Client) -> None:
    """pytest-django fails a test without `db` that touches the database."""
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.content) == (200, b"alive\n")
    assert response["Cache-Control"] == "no-store"


def test_migrated_database_with_the_right_role_is_ready(db: None, client: Client) -> None:
    response = client.get("/readyz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_database_that_does_not_answer_is_named_and_nothing_more(as_role: object, client: Client) -> None:
    as_role("nobody_by_this_name")
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database not ready\n")


def test_role_that_row_security_does_not_bind_is_not_ready(as_role: object) -> None:
    as_role("postgres")
    assert HealthMiddleware(lambda request: None).failing_part() == "role"


def test_missing_migration_is_not_ready_until_it_has_run(committed: SimpleNamespace) -> None:
    health = HealthMiddleware(lambda request: None)
    with connections["owner"].cursor() as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'events' RETURNING app, name, applied")
        removed = owner.fetchall()
        assert health.failing_part() == "migrations"
        owner.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", removed)
    connections["owner"].close()
    assert health.failing_part() is None


def test_readiness_costs_one_query_once_all_is_right(db: None, django_assert_num_queries: object) -> None:
    health = HealthMiddleware(lambda request: None)
    assert health.failing_part() is None
    with django_assert_num_queries(1):
        assert health.failing_part() is None
