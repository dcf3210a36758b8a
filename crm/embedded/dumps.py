"""One database to one file and back, with PostgreSQL's own programs, as the role that owns the tables.

The owner needs no right to bypass row security: it is enabled, not forced, and so does not bind the owner.
"""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import IsolationLevel
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege, ObjectInUse

from crm.base.role_grants import create_extensions, prepare_database, quoted
from crm.embedded.binaries import postgres_program
from crm.embedded.digests import TableDigest, digests
from crm.embedded.errors import EmbeddedError
from crm.embedded.manifests import Manifest, write_manifest

_TOP = 4096  # bytes: nothing but settings
MAINTENANCE_DATABASE = "postgres"  # one is always connected to some database, and cannot rename that one


def dump(database: Mapping[str, Any], file: Path) -> Manifest:
    """Write the whole database to a file that appears when it is complete and that only this account may read.

    Beside it lies a manifest with the digest of every table in the very moment that the file shows. Raises
    EmbeddedError when the file exists or the database cannot be read.
    """
    if file.exists():
        raise EmbeddedError(f"{file} exists. Give another name: a backup is never written over.")
    draft = file.with_name(file.name + ".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with psycopg.connect(_with_password(database, database["NAME"])) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone()
        # Extensions belong to a superuser; a restore makes them itself.
        words = ["--format=custom", "--exclude-extension=*", f"--snapshot={snapshot}", f"--file={draft}"]
        _run("pg_dump", [*words, f"--dbname={_words(database)}"], database)
        tables = digests(connection)
        postgres = connection.info.parameter_status("server_version")
    manifest = write_manifest(file, of=draft, postgres=postgres, tables=tables)
    os.replace(draft, file)
    return manifest


@contextmanager
def restored_copy(database: Mapping[str, Any], file: Path, *, app_role: str, name: str) -> Iterator[None]:
    """Fill a new database called `name` from the file. It is removed at the end, unless it has taken a place.

    Raises EmbeddedError when there is no such file or it is damaged.
    """
    if not file.is_file():
        raise EmbeddedError(f"There is no file {file}.")
    with psycopg.connect(_with_password(database, MAINTENANCE_DATABASE), autocommit=True) as server:
        _drop(server, name)
        server.execute(f"CREATE DATABASE {quoted(name)}")
    try:
        with psycopg.connect(_with_password(database, name), autocommit=True) as connection:
            create_extensions(connection.cursor())
            # Rights only after the tables: by default they include changing rows, which a dump of an append-only
            # table does not take back.
            _fill(database, name, file)
            prepare_database(connection.cursor(), database=name, app_role=app_role)
            connection.execute("ANALYZE")  # a file holds no statistics, and without them the first queries take minutes
        yield
    finally:
        with psycopg.connect(_with_password(database, MAINTENANCE_DATABASE), autocommit=True) as server:
            _drop(server, name)


def digests_of(database: Mapping[str, Any], name: str) -> dict[str, TableDigest]:
    """What the database `name` on the same server holds."""
    with psycopg.connect(_with_password(database, name), autocommit=True) as connection:
        return digests(connection)


def take_place(database: Mapping[str, Any], fresh: str) -> None:
    """Put the database `fresh` in the place of the one in use, which is lost. Raises EmbeddedError if it could not."""
    with psycopg.connect(_with_password(database, MAINTENANCE_DATABASE), autocommit=True) as server:
        _swap(server, fresh, database["NAME"])


def _fill(database: Mapping[str, Any], fresh: str, file: Path) -> None:
    """Read the file into the fresh database, all or nothing, in one session.

    That session uses pg_trgm first: until its library is loaded, only a superuser may create a function that sets one
    of its parameters, so pg_restore alone would fail.
    """
    one_session = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"]
    steps = ["--command=SELECT public.show_limit()", "--file=-", f"--dbname={_words(database, fresh)}"]
    with tempfile.TemporaryFile() as complaints:
        reader = subprocess.Popen(
            [_program("pg_restore"), "--no-owner", "--file=-", str(file)], stdout=subprocess.PIPE, stderr=complaints
        )
        read_end, write_end = os.pipe()
        pump = threading.Thread(target=_pump, args=(reader.stdout, write_end))
        pump.start()
        try:
            with open(read_end, "rb") as stdin:
                _run("psql", [*one_session, *steps], database, stdin=stdin)
        finally:
            pump.join()
            reader.stdout.close()
            if reader.wait() != 0:
                complaints.seek(0)
                raise EmbeddedError(f"pg_restore failed:\n{complaints.read().decode(errors='replace').strip()}")


def _pump(script: IO[bytes], write_end: int) -> None:
    """Pass on what pg_restore writes, but for a setting at its top that PostgreSQL before 17 does not know."""
    with open(write_end, "wb") as onward, suppress(BrokenPipeError):
        onward.write(script.read(_TOP).replace(b"SET transaction_timeout = 0;\n", b"", 1))
        shutil.copyfileobj(script, onward, 1024 * 1024)


def _swap(server: psycopg.Connection, fresh: str, name: str) -> None:
    """Swap the databases. Sessions of the old one are ended; the application connects again by itself."""
    former = f"{name}_replaced"
    _drop(server, former)
    server.execute(f"ALTER DATABASE {quoted(name)} WITH ALLOW_CONNECTIONS false")
    try:
        _end_sessions(server, name)
        server.execute(f"ALTER DATABASE {quoted(name)} RENAME TO {quoted(former)}")
    except (InsufficientPrivilege, ObjectInUse) as error:
        server.execute(f"ALTER DATABASE {quoted(name)} WITH ALLOW_CONNECTIONS true")
        raise EmbeddedError(
            f"The database {name} is in use by sessions that the owner may not end. Stop web, workers and beat, or "
            "GRANT the application's role TO the owner's. Nothing was changed."
        ) from error
    server.execute(f"ALTER DATABASE {quoted(fresh)} RENAME TO {quoted(name)}")
    _drop(server, former)


def _drop(server: psycopg.Connection, name: str) -> None:
    """Remove a database of ours.

    Not WITH (FORCE): that tries to end an autovacuum itself, which only a superuser may; PostgreSQL ends it without.
    """
    _end_sessions(server, name)
    server.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")


def _end_sessions(server: psycopg.Connection, name: str) -> None:
    """End what people and programs have open there. PostgreSQL's own processes have no user."""
    query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL"
    server.execute(query, [name])


def has_tables(database: Mapping[str, Any]) -> bool:
    """Whether there is something to lose."""
    with psycopg.connect(_with_password(database, database["NAME"])) as connection:
        return connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone() is not None


def _words(database: Mapping[str, Any], name: str | None = None) -> str:
    """What libpq needs to reach an entry of DATABASES; no password, because others can read a command line."""
    found = {"host": "HOST", "port": "PORT", "user": "USER"}
    words = {word: database[key] for word, key in found.items() if database.get(key)}
    return make_conninfo("", dbname=name or database["NAME"], **words)


def _with_password(database: Mapping[str, Any], name: str) -> str:
    password = {"password": database["PASSWORD"]} if database.get("PASSWORD") else {}
    return make_conninfo(_words(database, name), **password)


def _program(name: str) -> str:
    """The wheel's program, or the machine's where there is no wheel."""
    try:
        return str(postgres_program(name))
    except EmbeddedError:
        path = shutil.which(name)
        if not path:
            raise
        return path


def _run(program: str, words: list[str], database: Mapping[str, Any], stdin: IO[bytes] | None = None) -> None:
    """Run one of PostgreSQL's programs. Raises EmbeddedError with what it said when it fails."""
    password = {"PGPASSWORD": database["PASSWORD"]} if database.get("PASSWORD") else {}
    done = subprocess.run(
        [_program(program), *words],
        env={**os.environ, **password},
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"{program} failed:\n{done.stderr.strip()}")
