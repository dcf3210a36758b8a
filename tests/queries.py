"""Counting queries the way our promises count them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_HOUSEKEEPING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET CONSTRAINTS", "SELECT set_config(")


@contextmanager
def own_queries() -> Iterator[list[str]]:
    """The statements run inside, without those that only open, close or set up a transaction."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(_HOUSEKEEPING)]
