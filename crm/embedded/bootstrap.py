"""The two roles and the databases of an embedded cluster, made by its superuser."""

import psycopg

from crm.base.role_grants import prepare_database, quoted
from crm.embedded.postgres import SUPERUSER, Cluster

OWNER = "anchorpoint_owner"
APP = "anchorpoint_app"
DATABASE = "anchorpoint"

_ROLES = {
    OWNER: "LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION",
    APP: "LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOREPLICATION",
}


def create_roles(cluster: Cluster) -> None:
    """Make both roles, or put their attributes right. Safe to repeat."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        for role, attributes in _ROLES.items():
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(f"{verb} ROLE {quoted(role)} {attributes}")
        # So that the owner may end the application's sessions when a restored database takes the old one's place.
        connection.execute(f"GRANT {quoted(APP)} TO {quoted(OWNER)}")
        connection.execute("REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC")
        connection.execute(f"GRANT CONNECT ON DATABASE postgres TO {quoted(OWNER)}")  # to create test databases


def create_database(cluster: Cluster, name: str = DATABASE, *, template: str | None = None) -> None:
    """Make a database that the owner owns and the application may use, unless it exists.

    A copy of a `template` has its tables and rights already.
    """
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            # Copied as files: block by block through the log takes twice as long, and the copy longer to drop.
            source = f" TEMPLATE {quoted(template)} STRATEGY file_copy" if template else ""
            connection.execute(f"CREATE DATABASE {quoted(name)} OWNER {quoted(OWNER)}{source}")
        if template:
            connection.execute(f"REVOKE ALL ON DATABASE {quoted(name)} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted(name)} TO {quoted(APP)}")
            return
    with psycopg.connect(cluster.url(OWNER, name), autocommit=True) as connection:
        prepare_database(connection.cursor(), database=name, app_role=APP)


def drop_database(cluster: Cluster, name: str) -> None:
    """Remove a database and end its sessions. Nothing happens when it does not exist."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
