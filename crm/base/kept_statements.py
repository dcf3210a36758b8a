"""Statements that a connection keeps prepared."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection

# A plan made while a table is small reads all of it, and is kept while the table grows. Said before such a statement,
# this holds for the rest of the transaction.
BY_INDEX = "set_config('enable_seqscan', 'off', true)"


def plan_by_index() -> None:
    """Let what this transaction still asks be planned by index, however small its tables are now."""
    run_kept(f"SELECT {BY_INDEX}", {})


def run_kept(statement: str, parameters: Mapping[str, Any]) -> psycopg.Cursor:
    """Run a statement that the database reads and plans once for each connection instead of each time.

    For the few of the relay that stand between every fact and its handler: planning them takes three times as long as
    they do. A plan is made anew when its tables are analysed. A transaction that is rolled back forgets them all.
    Parameters are sent apart from the statement, so one whose type cannot be guessed needs a cast. Raises what
    Django's own cursor would.
    """
    with connection.cursor() as checked, connection.wrap_database_errors:
        return psycopg.Cursor(checked.connection).execute(statement, parameters, prepare=True)
