"""Real workers, beats and brokers for tests: started, watched, killed.

with RealWorker(committed.environment) as worker:
    ...
    worker.kill_child(random.Random(seed))
    eventually(lambda: states(place) == ["done"])
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import redis
from django.db import connections

from crm.embedded.postgres import FAST_SHUTDOWN
from crm.embedded.processes import Process, start
from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
BUSY = 3


def eventually(
    condition: Callable[[], object], *, seconds: float = 30, every: float = 0.05, message: str = ""
) -> float:
    """Ask until the condition holds. Returns the seconds that took; fails the test when it never does.

    `seconds` is what it may take on a machine that has nothing else to do; a busy one gets three times as long.
    """
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > BUSY * seconds:
            raise AssertionError(message or f"not within {seconds} seconds")
        time.sleep(every)
    return time.monotonic() - began


class RealProcess:
    """A server of ours with its children in a group of its own. Dies with the test run."""

    program: tuple[str, ...] = ("celery", "-A", "crm.celery")
    words: tuple[str, ...] = ()
    ready = ""

    def __init__(self, environment: Mapping[str, str], **more: object) -> None:
        self.environment = {
            **os.environ,
            **environment,
            "DJANGO_SETTINGS_MODULE": "tests.workers.worker_settings",
            "PYTHONUNBUFFERED": "1",
            **{name: str(value) for name, value in more.items()},
        }
        self._log: IO[bytes] = tempfile.NamedTemporaryFile(prefix=f"{type(self).__name__}-", suffix=".log")
        self._whole_log = ""
        self._seen = 0
        self.process: Process | None = None

    @property
    def log(self) -> str:
        """What it has written so far, over all its starts. Can be read after its end too."""
        return self._whole_log or Path(self._log.name).read_text(errors="replace")

    @property
    def pid(self) -> int:
        """Of the parent, which is also the number of its process group."""
        return self.process.popen.pid

    def start(self) -> Self:
        """Start it and return when it is ready."""
        return self.launch().wait_until_ready()

    def launch(self) -> Self:
        """Start it. Call from the main thread."""
        self._seen = self.log.count(self.ready)
        command = [sys.executable, "-W", "ignore", "-m", *self.program, *self.words]
        self.process = start(command, output=self._log, environment=self.environment)
        return self

    def wait_until_ready(self) -> Self:
        """Until it says so in its log."""
        eventually(
            lambda: self.log.count(self.ready) > self._seen or self.process.returncode() is not None,
            seconds=START_SECONDS,
            message=f"not ready:\n{self.log[-3000:]}",
        )
        assert self.process.returncode() is None, self.log[-3000:]
        return self

    def children(self) -> list[int]:
        """The pool's processes."""
        try:
            listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in listed.split()]

    def kill_child(self, dice: random.Random) -> int | None:
        """SIGKILL for one process of the pool, whatever it is doing. Returns its number."""
        children = self.children()
        if not children:
            return None
        chosen = dice.choice(sorted(children))
        try:
            os.kill(chosen, signal.SIGKILL)
        except ProcessLookupError:
            return None
        return chosen

    def kill_all(self) -> None:
        """SIGKILL for the parent and all children at once."""
        if self.process:
            self.process.kill_group()
            self.process.popen.wait()
            self.process.returncode()
            self.process = None

    def restart(self) -> Self:
        """As a supervisor does after a kill."""
        self.kill_all()
        return self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            print(self.log[-6000:])
        self.kill_all()
        self._whole_log = self.log
        self._log.close()


class RealWorker(RealProcess):
    """`celery worker` with two processes, on every queue named."""

    ready = " ready."

    def __init__(self, environment: Mapping[str, str], *, queues: str = "celery,mail", **more: object) -> None:
        super().__init__(environment, **more)
        self.words = (
            "worker",
            "--loglevel=INFO",
            "--concurrency=2",
            "--without-mingle",
            "--without-gossip",
            f"--queues={queues}",
        )

    def finished(self) -> int:
        """How many tasks it has finished."""
        return self.log.count(" succeeded in ")


class RealBeat(RealProcess):
    """`celery beat` with our own timetable."""

    words = ("beat", "--loglevel=INFO", "--pidfile", "")
    ready = "beat: Starting..."


def broker() -> redis.Redis:
    """A client of the suite's broker."""
    return redis.Redis.from_url(servers.valkey.client_url, socket_timeout=5)


def kill_broker() -> None:
    """SIGKILL: everything it held is gone."""
    servers.valkey.process.kill_group()
    servers.valkey.process.popen.wait()
    servers.valkey.process.returncode()


def restart_broker() -> None:
    """Start it again, empty, at the same address."""
    servers.valkey.start()


class frozen_broker:
    """The broker takes connections and never answers, for the length of a `with` block."""

    def __enter__(self) -> None:
        os.killpg(servers.valkey.process.popen.pid, signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        os.killpg(servers.valkey.process.popen.pid, signal.SIGCONT)


class stopped_database:
    """PostgreSQL is stopped, which ends every session, and started again at the end of a `with` block."""

    def __enter__(self) -> None:
        connections.close_all()
        servers.postgres.process.stop(FAST_SHUTDOWN, 60)

    def __exit__(self, *_: object) -> None:
        servers.postgres.start()


def restart_database() -> None:
    """A clean restart of PostgreSQL."""
    with stopped_database():
        pass
