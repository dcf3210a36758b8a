"""Statements that a connection keeps prepared."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg
from django.db import connection

# A plan made while a table is small reads all of it, and is kept while the table grows. Said before such a statement,
# this holds for the rest of the transaction.
BY_INDEX = "set_config('enable_seqscan', 'off', true)"


class Kept(NamedTuple):
    """A statement and its parameters, which are sent apart from it: one whose type cannot be guessed needs a cast."""

    statement: str
    parameters: Mapping[str, Any]


def plan_by_index() -> None:
    """Let what this transaction still asks be planned by index, however small its tables are now."""
    run_kept(Kept(f"SELECT {BY_INDEX}", {}))


def run_kept(kept: Kept) -> psycopg.Cursor:
    """Run a statement that the database reads and plans once for each connection instead of each time.

    For the few of the relay that stand between every fact and its handler: planning them takes three times as long as
    they do. A plan is made anew when its tables are analysed. A transaction that is rolled back forgets them all.
    Raises what Django's own cursor would.
    """
    with connection.cursor() as checked, connection.wrap_database_errors:
        return psycopg.Cursor(checked.connection).execute(*kept, prepare=True)


def run_together(*several: Kept) -> list[list[tuple[Any, ...]]]:
    """Run kept statements in one transaction of their own. Returns the rows of each.

    All are sent before the first is answered, so they cost one round trip instead of one each and three for the
    transaction: PostgreSQL takes what comes before one sync for one transaction, and commits it then or not at all.
    Raises what Django's own cursor would, and RuntimeError inside a transaction, which would be ended with them.
    """
    if connection.in_atomic_block:
        raise RuntimeError("What runs together is a transaction of its own and cannot be part of another.")
    with connection.cursor() as checked, connection.wrap_database_errors:
        with checked.connection.pipeline():
            cursors = [psycopg.Cursor(checked.connection).execute(*kept, prepare=True) for kept in several]
        return [cursor.fetchall() for cursor in cursors]
