"""One run on this machine: which children there are, how each is started, and in which order.

PostgreSQL, Valkey and the mail sink are ours only where no URL names somebody else's.
"""

import http.client
import os
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crm.embedded.bootstrap import create_database, create_roles
from crm.embedded.children import Child
from crm.embedded.endpoints import endpoints, write_down
from crm.embedded.leftovers import MARK, mark_of
from crm.embedded.ports import listen
from crm.embedded.postgres import FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN, Cluster
from crm.embedded.supervisor import Steps, Supervisor
from crm.embedded.valkey import Valkey

LOOPBACK = "127.0.0.1"
WEB_WORKERS, WEB_THREADS, TASK_PROCESSES = 2, 4, 2


@dataclass
class LocalRun:
    """Everything of one run. `web_socket` is listening already; `queues` are the task queues to serve."""

    data_directory: Path
    checkout: Path
    web_socket: socket.socket
    host: str
    queues: Iterable[str]
    show: Callable[[str], None]
    demo: bool = True
    given: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.data_directory)
        self.valkey = Valkey(self.data_directory)
        self.own_postgres = not self.given.get("DATABASE_URL")
        self.own_valkey = not self.given.get("REDIS_URL")
        self.mail_socket = None if self.given.get("EMAIL_URL") else listen(LOOPBACK, 0)
        self.supervisor = Supervisor(self.show)

    @property
    def site_url(self) -> str:
        """The address to open. Passkeys need a name, so loopback is called localhost."""
        if self.given.get("SITE_URL"):
            return self.given["SITE_URL"]
        on_this_machine = self.host in (LOOPBACK, "0.0.0.0", "::", "::1", "localhost")  # noqa: S104
        name = "localhost" if on_this_machine else self.host
        return f"http://{name}:{self.web_socket.getsockname()[1]}"

    def environment(self) -> dict[str, str]:
        """What every child is told: its data, its endpoints and whose child it is."""
        return {
            **self.given,
            **endpoints(self.data_directory, self.given),
            "DATA_DIR": str(self.data_directory),
            "HOST": self.host,
            "PYTHONUNBUFFERED": "1",
            MARK: mark_of(self.data_directory),
        }

    def run(self) -> None:
        """Start everything, supervise, and return after a clean stop. Raises EmbeddedError when it cannot go on."""
        if self.mail_socket:
            email_url = f"smtp://{LOOPBACK}:{self.mail_socket.getsockname()[1]}"
        else:
            email_url = self.given["EMAIL_URL"]
        write_down(self.data_directory, email_url=email_url, site_url=self.site_url)
        if self.own_postgres:
            self.cluster.prepare()
        if self.own_valkey:
            self.valkey.prepare()
        self.supervisor.run(self.start_up())

    def start_up(self) -> Steps:
        """The order of the start; each yield lets the supervisor look after what runs already."""
        begin, until_ready = self.supervisor.begin, self.supervisor.until_ready
        if self.own_postgres:
            begin(self.postgres_child(), server=True)
        if self.own_valkey:
            begin(self.valkey_child(), server=True)
        yield from until_ready(*self.supervisor.servers)
        if self.own_postgres:
            create_roles(self.cluster)
            create_database(self.cluster)
        if self.mail_socket:
            begin(self.mail_child(self.mail_socket))
        yield from self.supervisor.until_done(self._manage("prepare", "prepare", once=True))
        web = self.web_child()
        begin(web)
        yield from until_ready(web)  # before the rest, which would compete with it for the processor
        for child in (self.worker_child(), self.beat_child()):
            begin(child)
        self.show(f"\nAnchorpoint is at {self.site_url}/    (Ctrl-C stops it)\n")
        if self.demo:
            yield from self.welcome()

    def welcome(self) -> Steps:
        """Load the demo, while pages are served already, and show who can sign in."""
        loaded = self.data_directory / "demo-loaded"
        if not (self.own_postgres and loaded.exists()):  # elsewhere nobody knows; a second load changes nothing
            self.show("Loading the demo; links to sign in follow here in about a minute.\n")
            job = self._manage("demo", "demo", once=True, required=False)
            yield from self.supervisor.until_done(job)
            if job.returncode() == 0:
                loaded.touch()
        yield from self.supervisor.until_done(
            self._manage("sign-in", "demo_links", once=True, required=False, prefix="")
        )

    def _child(self, name: str, command: list[str], **options: object) -> Child:
        log = self.data_directory / "logs" / f"{name}.log"
        return Child(name, command, log, environment=self.environment(), **options)

    def _manage(self, name: str, *words: str, **options: object) -> Child:
        return self._child(name, [sys.executable, str(self.checkout / "manage.py"), *words], **options)

    def mail_child(self, listener: socket.socket) -> Child:
        """The mail sink, on the socket that is listening already."""
        fd, directory = listener.fileno(), self.data_directory / "mail"
        command = [sys.executable, "-m", "crm.embedded.mail_sink", str(fd), str(directory)]
        return self._child("mail", command, pass_fds=(fd,), on_terminal=False)

    def postgres_child(self) -> Child:
        """The database server."""
        return self._child(
            "postgres",
            self.cluster.server_command(),
            stop_signal=FAST_SHUTDOWN,
            death_signal=IMMEDIATE_SHUTDOWN,
            is_ready=self.cluster.is_ready,
            on_terminal=False,
        )

    def valkey_child(self) -> Child:
        """The broker."""
        command, is_ready = self.valkey.server_command(), self.valkey.is_ready
        return self._child("valkey", command, is_ready=is_ready, on_terminal=False)

    def web_child(self) -> Child:
        """The web server, on the socket that is listening already."""
        words = {
            "--bind": f"fd://{self.web_socket.fileno()}",
            "--workers": str(WEB_WORKERS),
            "--threads": str(WEB_THREADS),
            "--worker-class": "gthread",
            "--timeout": "60",
            "--graceful-timeout": "7",  # less than the supervisor's patience
            "--log-level": "warning",
        }
        options = [part for pair in words.items() for part in pair]
        command = [sys.executable, "-m", "gunicorn", "--preload", "--no-control-socket", *options]
        return self._child(
            "web",
            [*command, "crm.wsgi:application"],
            pass_fds=(self.web_socket.fileno(),),
            is_ready=self.web_answers,
        )

    def web_answers(self) -> bool:
        """True when a request gets an answer other than a server error."""
        host, port = self.web_socket.getsockname()[:2]
        here = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104
        connection = http.client.HTTPConnection(here, port, timeout=2)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _celery(self, *words: str) -> list[str]:
        # Root is common in containers, and only JSON is accepted, which is what the warning is about.
        quiet = ("-W", "ignore:You're running the worker with superuser privileges")
        return [sys.executable, *quiet, "-m", "celery", "--quiet", "-A", "crm.celery", *words, "--loglevel", "WARNING"]

    def worker_child(self) -> Child:
        """The task worker, on every queue."""
        quiet = ("--without-mingle", "--without-gossip")
        size = ("--pool", "prefork", "--concurrency", str(TASK_PROCESSES))
        return self._child("worker", self._celery("worker", *size, *quiet, "-Q", ",".join(self.queues)))

    def beat_child(self) -> Child:
        """The clock. Its state stays in memory: which periods ran is known to the database."""
        return self._child("beat", self._celery("beat", "--pidfile", ""))
