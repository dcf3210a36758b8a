"""Servers that live as long as a `with` block, for tests and benchmarks.

    with TemporaryPostgres() as postgres:
        database = postgres.database("test_anchorpoint")
        database.app_url, database.owner_url, database.superuser_url

Both die with the process that started them, even when that is killed.
"""

import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from crm.embedded.bootstrap import APP, DATABASE, OWNER, create_database, create_roles, drop_database
from crm.embedded.errors import EmbeddedError
from crm.embedded.postgres import FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN, SUPERUSER, THROW_AWAY_SETTINGS, Cluster
from crm.embedded.processes import Process, start
from crm.embedded.sockets import socket_directory
from crm.embedded.valkey import Valkey

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Database:
    """The three ways into one database. Only the set-up of a test has business with the owner or the superuser."""

    name: str
    owner_url: str
    app_url: str
    superuser_url: str


class _TemporaryServer:
    """Start on entry, stop on exit, and leave no directory behind that was not given."""

    def __init__(self, directory: Path | str | None = None) -> None:
        self._own_directory = None if directory else tempfile.TemporaryDirectory(prefix="anchorpoint-")
        self.directory = Path(directory or self._own_directory.name).absolute()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.process: Process | None = None

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.directory / f"{type(self).__name__.lower()}.log"

    def start(self) -> Self:
        """Start the server and return when it answers."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the server and remove the temporary directory."""
        raise NotImplementedError

    def _remove(self) -> None:
        if self._own_directory:
            self._own_directory.cleanup()
        if not socket_directory(self.directory).is_relative_to(self.directory):
            shutil.rmtree(socket_directory(self.directory), ignore_errors=True)

    def _wait(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self.process is None or self.process.returncode() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"The server did not start:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class TemporaryPostgres(_TemporaryServer):
    """A cluster with both roles. `fast` gives up safety against a crash, for tests; `settings` override the rest."""

    def __init__(
        self, directory: Path | str | None = None, *, fast: bool = True, settings: dict[str, str] | None = None
    ) -> None:
        super().__init__(directory)
        self.cluster = Cluster(self.directory)
        self.fast = fast
        self.settings = {"max_connections": "200", **(THROW_AWAY_SETTINGS if fast else {}), **(settings or {})}

    def start(self) -> Self:
        """Create the cluster if needed, start it, create the roles."""
        self.cluster.prepare(sync=not self.fast)
        with self.log.open("ab") as output:
            self.process = start(
                self.cluster.server_command(self.settings),
                output=output,
                death_signal=IMMEDIATE_SHUTDOWN,
            )
        self._wait(self.cluster.is_ready)
        create_roles(self.cluster)
        return self

    def stop(self) -> None:
        """Stop at once when the data is to be thrown away, cleanly otherwise."""
        if self.process:
            self.process.stop(IMMEDIATE_SHUTDOWN if self.fast else FAST_SHUTDOWN, STOP_SECONDS)
            self.process = None
        self._remove()

    def urls(self, name: str = DATABASE) -> Database:
        """The URLs of a database by that name, existing or not."""
        owner, app, superuser = (self.cluster.url(role, name) for role in (OWNER, APP, SUPERUSER))
        return Database(name, owner, app, superuser)

    def database(self, name: str = DATABASE, *, template: str | None = None) -> Database:
        """Create the database unless it exists: empty with extensions and rights, or a copy of a template.

        PostgreSQL copies only a template that nobody is connected to.
        """
        create_database(self.cluster, name, template=template)
        return self.urls(name)

    def drop(self, name: str) -> None:
        """Remove a database, ending its sessions."""
        drop_database(self.cluster, name)


class TemporaryValkey(_TemporaryServer):
    """A Valkey server. `url` is for Celery, `client_url` for redis-py."""

    def __init__(self, directory: Path | str | None = None) -> None:
        super().__init__(directory)
        self.valkey = Valkey(self.directory)
        self.url, self.client_url = self.valkey.url, self.valkey.client_url

    def start(self) -> Self:
        """Start the server and return when it answers."""
        self.valkey.prepare()
        with self.log.open("ab") as output:
            self.process = start(self.valkey.server_command(), output=output)
        self._wait(self.valkey.is_ready)
        return self

    def stop(self) -> None:
        """End the server at once: it keeps nothing."""
        if self.process:
            self.process.stop(signal.SIGKILL, STOP_SECONDS)
            self.process = None
        self._remove()
