"""The two database roles, as the bootstrap makes them, on a real server."""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from psycopg.errors import InsufficientPrivilege

from crm.base.role_check import refuse_powerful_role, role_faults
from crm.embedded.bootstrap import APP, OWNER, create_roles
from crm.embedded.temporary import Database
from crm.management.commands import migrate
from tests import servers


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A database with one tenant table of the owner's, before any migration."""
    database = servers.postgres.database("infra_roles")
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE pledge (id bigserial PRIMARY KEY, pence bigint)")
        owner.execute("ALTER TABLE pledge ENABLE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY everybody ON pledge USING (true)")
        owner.execute("CREATE FUNCTION secret() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    yield database
    servers.postgres.drop("infra_roles")


@pytest.fixture
def app(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.app_url, autocommit=True) as app:
        yield app


def test_app_role_has_no_attribute_that_steps_over_row_security(app: psycopg.Connection) -> None:
    query = """SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
               FROM pg_roles WHERE rolname = current_user"""
    assert app.execute(query).fetchone() == (False,) * 5


def test_owner_is_no_superuser_either_and_may_create_test_databases(database: Database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        query = "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert owner.execute(query).fetchone() == (False, False, True)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE pledge",
        "ALTER TABLE pledge DISABLE ROW LEVEL SECURITY",
        "DROP TABLE pledge",
        "SELECT secret()",
        f"SET ROLE {OWNER}",
        f"GRANT {OWNER} TO {APP}",
        f"ALTER ROLE {APP} BYPASSRLS",
    ],
)
def test_app_role_is_refused_what_only_the_owner_may_do(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        app.execute(statement)


def test_app_role_reads_writes_and_uses_temporary_tables(app: psycopg.Connection) -> None:
    app.execute("CREATE TEMPORARY TABLE staged (pence bigint)")
    app.execute("INSERT INTO staged VALUES (100)")
    app.execute("INSERT INTO pledge (pence) SELECT pence FROM staged")
    app.execute("UPDATE pledge SET pence = 200")
    assert app.execute("DELETE FROM pledge RETURNING pence").fetchall() == [(200,)]


def test_extensions_that_the_product_needs_are_there(app: psycopg.Connection) -> None:
    installed = {row[0] for row in app.execute("SELECT extname FROM pg_extension").fetchall()}
    assert {"pg_trgm", "btree_gist", "unaccent"} <= installed


def test_bootstrap_takes_back_a_right_that_somebody_gave_by_hand(database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"ALTER ROLE {APP} BYPASSRLS")
    create_roles(servers.postgres.cluster)
    with psycopg.connect(database.app_url) as app:
        query = "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert app.execute(query).fetchone() == (False,)


@pytest.fixture
def serve_as(database: Database, django_db_blocker: object) -> Iterator[object]:
    """`serve_as("postgres")` makes that role the one that serves requests, in the database of this module."""
    serving = connections["default"]
    before = {key: serving.settings_dict[key] for key in ("USER", "NAME")}

    def point(**values: str) -> None:
        serving.close()
        serving.settings_dict.update(values)

    with django_db_blocker.unblock():
        yield lambda user: point(USER=user, NAME=database.name)
        point(**before)


def test_role_check_accepts_the_app_role(serve_as: object) -> None:
    serve_as(APP)
    assert role_faults() == []
    refuse_powerful_role()


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("postgres", "is a superuser"),
        (OWNER, "owns 1 tables with row security, pledge among them"),
        (OWNER, "owns the database infra_roles"),
        (OWNER, "may create objects in the schema public"),
        (OWNER, "may empty 1 tables with row security by TRUNCATE"),
    ],
)
def test_role_check_refuses_a_role_that_row_security_does_not_bind(serve_as: object, user: str, words: str) -> None:
    serve_as(user)
    with pytest.raises(ImproperlyConfigured, match=words):
        refuse_powerful_role()


@pytest.mark.parametrize(
    ("right", "words"),
    [
        ("ALTER ROLE sneaky BYPASSRLS", "is allowed to bypass row security"),
        ("ALTER ROLE sneaky CREATEROLE", "may create roles"),
        (f"GRANT {OWNER} TO sneaky", "belongs to the role that does"),
        ("GRANT postgres TO sneaky", "can become postgres, which is a superuser"),
        ("GRANT CREATE ON SCHEMA public TO sneaky", "may create objects"),
        ("GRANT TRUNCATE ON pledge TO sneaky", "TRUNCATE"),
    ],
)
def test_role_check_finds_each_way_around_row_security(
    serve_as: object, database: Database, right: str, words: str
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE sneaky LOGIN NOINHERIT")
        superuser.execute(f"GRANT CONNECT ON DATABASE {database.name} TO sneaky")
        superuser.execute(right)
    try:
        serve_as("sneaky")
        assert any(words in fault for fault in role_faults())
        assert [error.id for error in run_checks(tags=["database"], databases=["default"]) if error.id == "crm.E001"]
    finally:
        connections["default"].close()
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute("DROP OWNED BY sneaky")
            superuser.execute("DROP ROLE sneaky")


def test_role_check_does_not_refuse_when_the_database_is_away(serve_as: object) -> None:
    serve_as("nobody_by_this_name")
    refuse_powerful_role()


def test_migrate_runs_as_the_owner_unless_told_otherwise() -> None:
    parser = migrate.Command().create_parser("manage.py", "migrate")
    assert parser.parse_args([]).database == "owner"
    assert parser.parse_args(["--database", "default"]).database == "default"


def test_every_table_of_the_product_belongs_to_the_owner(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchall() == [(OWNER,)]


def test_migrate_says_what_is_wrong_when_the_app_role_does_not_exist(
    database: Database, settings: object, django_db_blocker: object
) -> None:
    owner = connections["owner"]
    name_before = owner.settings_dict["NAME"]
    default = settings.DATABASES["default"]
    user_before = default["USER"]
    with django_db_blocker.unblock():
        try:
            owner.close()
            owner.settings_dict["NAME"] = database.name
            default["USER"] = "nobody_by_this_name"
            with pytest.raises(CommandError, match="The role in DATABASE_URL must exist"):
                call_command("migrate", verbosity=0)
        finally:
            owner.close()
            owner.settings_dict["NAME"] = name_before
            default["USER"] = user_before
