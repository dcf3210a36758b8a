"""The whole product as it runs for people: web, workers, two beats, PostgreSQL, Valkey and a mail server that can fail.

Two beats always run, because any number of them has to be one. A test breaks something, mends it, waits until the site
is quiet and asks `tests.faults.invariants` whether everything still holds.
"""

import random
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg

from crm.celery import app
from crm.identity.models import Institute
from tests import servers
from tests.faults import failpoints
from tests.faults.commit_cutter import CommitCutter
from tests.faults.people import Cast
from tests.faults.visitors import NoAnswer, Visitor
from tests.mail.scripted_server import ScriptedServer
from tests.workers.processes import RealBeat, RealProcess, RealWorker, broker, eventually

LEASE_SECONDS = 3  # short, so that what a killed worker held is soon another's
GRACE_SECONDS = 45  # what a stop may take (docs/operations.md)
RECOVERY_SECONDS = 90  # after a repair everything that was recorded has been done

# What is still on its way, by table. None of it stays longer than its limit.
_OPEN = """
SELECT 'facts not handed out', count(*) FROM outbox_entry WHERE fanned_out_at IS NULL
UNION ALL SELECT 'deliveries under way', count(*) FROM outbox_delivery WHERE state IN ('waiting', 'claimed')
UNION ALL SELECT 'mail under way', count(*) FROM mail_occurrence WHERE state IN ('claimed', 'handed_over')
UNION ALL SELECT 'mail that is due', count(*) FROM mail_occurrence
  WHERE state = 'planned' AND held_at IS NULL AND not_before <= now() AND expires_at > now()
UNION ALL SELECT 'follow-ups nobody was reminded of', count(*) FROM employers_followup f
  WHERE f.done_at IS NULL AND f.due_on < current_date
    AND NOT EXISTS (SELECT FROM mail_occurrence o WHERE o.subject_id = f.id)
"""


class RealWeb(RealProcess):
    """gunicorn with two processes of two threads, as `manage.py up` starts it."""

    program = ("gunicorn", "--preload", "--no-control-socket")
    ready = "Listening at"

    def __init__(self, environment: dict[str, str], port: int, **more: object) -> None:
        super().__init__(environment, **more)
        size = ("--workers", "2", "--threads", "2", "--worker-class", "gthread", "--graceful-timeout", "7")
        self.words = ("--bind", f"127.0.0.1:{port}", *size, "crm.wsgi:application")


class Site:
    """Everything that runs, and hands to break it with. Its processes reach the database through the cutter."""

    def __init__(self, database: SimpleNamespace, cutter: CommitCutter, directory: Path) -> None:
        self.database, self.cutter = database, cutter
        self.mail = ScriptedServer()
        self.port = _free_port()
        self.orders = directory / "failpoints"
        self.orders.mkdir(parents=True)
        environment = {
            **database.environment,
            "DATABASE_URL": cutter.url(database),
            "DJANGO_SETTINGS_MODULE": "tests.faults.process_settings",
            "EMAIL_URL": self.mail.url,
            "MAIL_LEASE_SECONDS": LEASE_SECONDS,
            "OUTBOX_LEASE_SECONDS": LEASE_SECONDS,
            "MAIL_KEEPS_HOURS": 0,
            failpoints.DIRECTORY: self.orders,
        }
        self.web = RealWeb({}, self.port, **environment)
        self.worker = RealWorker({}, **environment)
        self.beats = [RealBeat({}, **environment), RealBeat({}, **environment)]
        self.cast = Cast()
        self.visitors: list[Visitor] = []

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Start everything; end it without a word at the end."""
        broker().flushall()
        self.mail.start()
        with ExitStack() as stack:
            stack.callback(self.mail.stop)
            for process in self.processes:
                stack.enter_context(_ended(process.launch()))
            for process in self.processes:
                process.wait_until_ready()
            self.wait_for_pages()
            yield self

    @property
    def processes(self) -> list[RealProcess]:
        return [self.web, self.worker, *self.beats]

    def visitor(self, role: str, institute: Institute | None = None) -> Visitor:
        """Somebody with that role at a browser."""
        institute = institute or self.cast.yhiot
        visitor = Visitor.signed_in(self.cast.person(role, institute), self.port, institute.code)
        self.visitors.append(visitor)
        return visitor

    def arm(self, point: str) -> Path:
        """The next process that comes to this point of tests.faults.failpoints dies there."""
        return failpoints.arm(point, self.orders)

    def wait_for_pages(self) -> None:
        """Until the web server answers."""
        eventually(self._answers, seconds=RECOVERY_SECONDS, message=f"no pages:\n{self.web.log[-3000:]}")

    def _answers(self) -> bool:
        try:
            return Visitor(self.port, "").get("/healthz").status == 200
        except NoAnswer:
            return False

    def supervise(self) -> list[RealProcess]:
        """Start again whatever has ended, as a supervisor does; it does not wait. Returns what it started."""
        ended = [p for p in self.processes if p.process is None or p.process.returncode() is not None]
        return [process.launch() for process in ended]

    def wake_planner(self) -> None:
        """What the beat does each minute."""
        for institute in (self.cast.yhiot, self.cast.liot):
            app.send_task("workers.plan_reminders", args=[str(institute.id)], retry=False)

    def wake_mailer(self) -> None:
        """As the commit of a new message does."""
        for institute in (self.cast.yhiot, self.cast.liot):
            app.send_task("workers.send_mail", args=[str(institute.id)], retry=False)

    def let_time_pass(self) -> None:
        """Every wait before another try is over, and the mail server is trusted again."""
        with psycopg.connect(self.database.urls.owner_url) as owner:
            owner.execute("UPDATE mail_occurrence SET not_before = now() WHERE state = 'planned' AND tries > 0")
            owner.execute("UPDATE mail_mailserver SET rest_until = NULL, failures = 0")
            owner.execute("UPDATE outbox_delivery SET not_before = now() WHERE state = 'waiting'")

    def stop_gently(self, process: RealProcess) -> float:
        """SIGTERM, as a deployment does. Returns the seconds until it had ended."""
        began = time.monotonic()
        process.process.stop(signal.SIGTERM, GRACE_SECONDS)
        return time.monotonic() - began

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Query as the owner, who sees every institute."""
        with psycopg.connect(self.database.urls.owner_url) as owner:
            return owner.execute(sql, values).fetchall()

    def under_way(self) -> dict[str, int]:
        """What is not done yet."""
        return {what: count for what, count in self.ask(_OPEN) if count}

    def wait_until_quiet(self, seconds: float = RECOVERY_SECONDS) -> float:
        """Until everything that was recorded has been done. Returns the seconds that took."""
        for process in self.supervise():
            process.wait_until_ready()
        self.wait_for_pages()
        self.wake_planner()

        def is_quiet() -> bool:
            self.supervise()  # a worker that cannot recover ends by itself
            return not self.under_way()

        try:
            return eventually(is_quiet, seconds=seconds, every=0.2)  # each look is a connection of its own
        except AssertionError as error:
            raise AssertionError(
                f"not quiet within {seconds} s: {self.under_way()}\n{self.worker.log[-4000:]}"
            ) from error

    def kill_something(self, dice: random.Random) -> str:
        """SIGKILL for a process of the site, whatever it is doing, starting included. Returns which."""
        while True:
            what = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
            process = {"web": self.web, "worker": self.worker, "beat": self.beats[0]}[what.split()[0]]
            if what.endswith("whole"):
                process.kill_all()
                return what
            if process.kill_child(dice):
                return what


_WEIGHTS = {"web child": 30, "worker child": 45, "web whole": 8, "worker whole": 9, "beat whole": 8}


@contextmanager
def _ended(process: RealProcess) -> Iterator[None]:
    try:
        yield
    finally:
        process.__exit__(None, None, None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database(name: str) -> SimpleNamespace:
    """A copy of the migrated database, as the fixture `committed` has it."""
    urls = servers.postgres.database(name, template=servers.TEMPLATE)
    environment = {
        "DATABASE_URL": urls.app_url,
        "DATABASE_OWNER_URL": urls.owner_url,
        "REDIS_URL": servers.valkey.url,
    }
    return SimpleNamespace(name=name, urls=urls, environment=environment)
