"""Keeps children running from the first second, and stops them in reverse order.

One thread and one loop: each turn looks after every child and then takes one step of the start-up, which is a
generator. So a server that dies while we wait for the first page is started again like any other.
"""

import select
import signal
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from os import close, pipe, read, set_blocking
from types import FrameType

from crm.embedded.children import Child, ChildFailed
from crm.embedded.log_follower import LogFollower

Steps = Generator[None, None, None]

TURN_SECONDS = 0.1
READY_SECONDS = 90.0
PROGRAMS_STOP_SECONDS = 9.0  # beat, worker, web, sink; then SIGKILL
SERVERS_STOP_SECONDS = 5.0  # Valkey, PostgreSQL; then SIGKILL


class StopRequested(Exception):
    """Somebody asked us to stop."""


@dataclass
class Supervisor:
    """Children in the order of their start. The first `servers` of them are needed by the rest until the end."""

    show: Callable[[str], None]
    servers: list[Child] = field(default_factory=list)
    programs: list[Child] = field(default_factory=list)
    _followers: list[LogFollower] = field(default_factory=list, init=False)
    _stop_signals: int = field(default=0, init=False)

    @property
    def children(self) -> list[Child]:
        """All of them, in the order of their start."""
        return [*self.servers, *self.programs]

    def begin(self, child: Child, *, server: bool = False) -> None:
        """Start a child and look after it from now on."""
        if child.on_terminal:
            self._followers.append(LogFollower(child.line_prefix, child.log, self.show))
        (self.servers if server else self.programs).append(child)
        child.start()

    def until_ready(self, *children: Child, seconds: float = READY_SECONDS) -> Steps:
        """Step until all the children answer. Raises ChildFailed with the log's end when one takes too long."""
        deadline = time.monotonic() + seconds
        for child in children:
            while not (child.is_running() and child.is_ready()):
                if time.monotonic() > deadline:
                    raise ChildFailed(child.last_words(f"{child.name} did not answer within {seconds:.0f} s"))
                yield
            child.was_ready = True

    def until_done(self, job: Child) -> Steps:
        """Start a job and step until it has ended well. Raises ChildFailed when a required one fails."""
        self.begin(job)
        while job.is_running():
            yield
        job.look_after()
        self.programs.remove(job)

    def run(self, start_up: Steps) -> None:
        """Start up, then supervise until SIGINT, SIGTERM or SIGHUP; always stop every child before returning.

        Raises ChildFailed, after stopping, when a child cannot be kept running.
        """
        woken, restore = self._listen_for_signals()
        try:
            self._supervise(start_up, woken)
        except StopRequested:
            self.show("Stopping ...")
        finally:
            self.stop()
            restore()

    def _supervise(self, start_up: Steps, woken: int) -> None:
        steps: Steps | None = start_up
        while True:
            self._turn()
            if steps is not None and next(steps, StopIteration) is StopIteration:
                steps = None
            if self._stop_signals:
                raise StopRequested
            if select.select([woken], [], [], TURN_SECONDS)[0]:
                read(woken, 4096)

    def _turn(self) -> None:
        for child in self.children:
            news = child.look_after()
            if news:
                self.show(news)
        self._show_logs()

    def _show_logs(self) -> None:
        for follower in self._followers:
            follower.show_new_lines()

    def _listen_for_signals(self) -> tuple[int, Callable[[], None]]:
        """Count the signals that ask for an end, and wake the loop on them and on a child's end."""
        woken, wake = pipe()
        set_blocking(wake, False)
        before_wake = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

        def count(number: int, frame: FrameType | None) -> None:
            self._stop_signals += 1

        def notice(number: int, frame: FrameType | None) -> None:
            """Only the wake-up matters."""

        handlers = {signal.SIGINT: count, signal.SIGTERM: count, signal.SIGHUP: count, signal.SIGCHLD: notice}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}

        def restore() -> None:
            signal.set_wakeup_fd(before_wake)
            for number, handler in before.items():
                signal.signal(number, handler)
            close(woken)
            close(wake)

        return woken, restore

    def stop(self) -> None:
        """End the programs, last started first, then the servers. What does not end in time is killed."""
        self._stop_together(self.programs, PROGRAMS_STOP_SECONDS)
        for server in reversed(self.servers):
            self._stop_together([server], SERVERS_STOP_SECONDS)

    def _stop_together(self, children: list[Child], seconds: float) -> None:
        """Signal in reverse order, then wait for all of them; a second Ctrl-C ends the wait."""
        signals_before = self._stop_signals
        running = [child for child in reversed(children) if child.is_running()]
        for child in running:
            child.process.send(child.stop_signal)
        deadline = time.monotonic() + seconds
        while any(child.is_running() for child in running) and time.monotonic() < deadline:
            if self._stop_signals > max(1, signals_before):
                break
            time.sleep(0.02)
        for child in children:
            if child.is_running():
                self.show(f"{child.name} did not stop in time; killing it")
                child.process.stop(signal.SIGKILL, seconds)
        self._show_logs()
