"""What the application's role may do in a database, given by the role that owns it.

The owner creates and changes tables and never serves a request. The application's role owns nothing, so that row
security always binds it, and it can neither create objects nor empty a table at one stroke.
"""

from typing import Protocol

EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


class Cursor(Protocol):
    """What this module needs of a cursor, Django's or psycopg's."""

    def execute(self, query: str) -> object:
        """Run one statement."""


def quoted(identifier: str) -> str:
    """An SQL identifier in quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def create_extensions(cursor: Cursor) -> None:
    """Create what the product needs beyond PostgreSQL itself. Safe to repeat; the database's owner may."""
    for name in EXTENSIONS:
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA public")


def prepare_database(cursor: Cursor, *, database: str, app_role: str) -> None:
    """Create the extensions and give the application's role its rights. Safe to repeat.

    Run as the owner of the database, inside it, before any table exists: default privileges bind tables that the
    same role creates later.
    """
    create_extensions(cursor)
    app = quoted(app_role)
    statements = [
        f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted(database)} TO {app}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app}",
        # Not per schema: PostgreSQL ignores a schema's REVOKE of what it grants to everybody by default.
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ]
    for statement in statements:
        cursor.execute(statement)
