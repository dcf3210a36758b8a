import pytest
from django.db import connections

from tests.mail.scripted_server import scripted_server

__all__ = ["scripted_server"]


@pytest.fixture
def place(committed, yhiot):
    """An institute whose database commits for real, with a table whose foreign key is checked at COMMIT."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE deferred_child (parent uuid REFERENCES identity_user (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    return yhiot.id
