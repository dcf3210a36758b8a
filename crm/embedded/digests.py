"""What a database holds, as one number of rows and one digest per table: two databases that agree hold the same.

The digest is a sum over the rows, so their order does not matter, and is made by the database, so no row travels.
"""

from dataclasses import dataclass

import psycopg

from crm.base.role_grants import quoted

# As text a row must look the same whoever asks.
_SAME_FOR_ALL = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1"
)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_DIGEST = """
SELECT count(*), coalesce(sum(('x' || encode(substr(hash, 1, 7), 'hex'))::bit(56)::bigint), 0)
FROM (SELECT sha256(convert_to(t::text, 'UTF8')) AS hash FROM {table} t) hashed
"""


@dataclass(frozen=True)
class TableDigest:
    """A table's number of rows and the sum over a digest of each."""

    rows: int
    digest: str


def digests(connection: psycopg.Connection) -> dict[str, TableDigest]:
    """Every table of the product, as this connection's role and transaction sees it: use the owner's."""
    connection.execute(_SAME_FOR_ALL)
    found = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        rows, digest = connection.execute(_DIGEST.format(table=quoted(name))).fetchone()
        found[name] = TableDigest(rows, str(digest))
    return found


def differences(before: dict[str, TableDigest], after: dict[str, TableDigest]) -> list[str]:
    """A sentence per table that is not the same in both."""
    said = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            said.append(f"the table {name} is {'new' if was is None else 'gone'}")
        elif was != now:
            said.append(f"the table {name} had {was.rows} rows and has {now.rows}, or other values in them")
    return said
