"""One child of the supervisor: what it is, when it is started again, and when we give up on it."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crm.embedded.errors import EmbeddedError
from crm.embedded.processes import Process, start

FIRST_DELAY = 0.2  # seconds before the first restart; doubled at each further one
LONGEST_DELAY = 30.0
HEALTHY_AFTER = 15.0  # a child that lived this long starts its back-off afresh
FAST_FAILURES_BEFORE_READY = 5  # a fault of the set-up: say so soon
FAST_FAILURES_AFTER_READY = 10  # a passing trouble such as a full disk: try for two minutes
LOG_TAIL_LINES = 25
LARGEST_LOG = 20 * 1024 * 1024


class ChildFailed(EmbeddedError):
    """A child cannot be kept running, or a one-off job failed. The message holds the end of its log."""


def restart_delay(fast_failures: int) -> float:
    """Seconds to wait before the next start: 0.2, 0.4, 0.8 ... never above 30."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2 ** max(0, fast_failures - 1))


@dataclass
class Child:
    """A long-running program, or with `once` a job. A job that is not `required` may fail without ending the run."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    pass_fds: tuple[int, ...] = ()
    is_ready: Callable[[], bool] = lambda: True
    once: bool = False
    required: bool = True
    on_terminal: bool = True
    prefix: str | None = None  # before each of its lines on the terminal; its name if not given
    clock: Callable[[], float] = time.monotonic

    process: Process | None = field(default=None, init=False)
    fast_failures: int = field(default=0, init=False)
    restarts: int = field(default=0, init=False)
    was_ready: bool = field(default=False, init=False)
    _started_at: float = field(default=0.0, init=False)
    _start_again_at: float | None = field(default=None, init=False)

    @property
    def line_prefix(self) -> str:
        """What its lines begin with on the terminal."""
        return f"{self.name:<9}| " if self.prefix is None else self.prefix

    def start(self) -> None:
        """Start the program, its output appended to its log."""
        self._start_again_at = None
        self._started_at = self.clock()
        keep_log_small(self.log)
        with self.log.open("ab") as output:
            self.process = start(
                self.command,
                output=output,
                death_signal=self.death_signal,
                environment=self.environment,
                pass_fds=self.pass_fds,
            )

    def is_running(self) -> bool:
        """True between its start and its end."""
        return self.process is not None and self.process.returncode() is None

    def returncode(self) -> int | None:
        """The exit code of the last run, None before and during it."""
        return self.process.returncode() if self.process else None

    def look_after(self) -> str | None:
        """Notice an end, and start again when it is time. Returns a line to show when something happened.

        Raises ChildFailed when it ends too soon too often, or when a job fails.
        """
        if self.process is None or self.is_running():
            return None
        if self.once:
            if self.returncode() != 0 and self.required:
                raise ChildFailed(f"{self.name} failed ({self.how_it_ended()}). What it said is in {self.log}.")
            return None
        if self._start_again_at is None:
            return self._plan_restart()
        if self.clock() >= self._start_again_at:
            self.restarts += 1
            self.start()
        return None

    def _plan_restart(self) -> str:
        lived = self.clock() - self._started_at
        self.fast_failures = self.fast_failures + 1 if lived < HEALTHY_AFTER else 1
        allowed = FAST_FAILURES_AFTER_READY if self.was_ready else FAST_FAILURES_BEFORE_READY
        if self.fast_failures > allowed:
            raise ChildFailed(self.last_words(f"{self.name} ended {self.fast_failures} times in a row"))
        delay = restart_delay(self.fast_failures)
        self._start_again_at = self.clock() + delay
        return f"{self.name} ended ({self.how_it_ended()}); starting it again in {delay:.1f} s"

    def how_it_ended(self) -> str:
        """The exit code or the name of the signal, in words."""
        code = self.returncode() or 0
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def last_words(self, what: str) -> str:
        """`what`, followed by the end of the log."""
        tail = "\n".join(f"    {line}" for line in tail_of(self.log, LOG_TAIL_LINES))
        return f"{what}. The end of {self.log}:\n{tail}"


def tail_of(log: Path, lines: int) -> list[str]:
    """The last lines of a log, without reading all of a large one."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64 * 1024))
        return file.read().decode(errors="replace").splitlines()[-lines:]


def keep_log_small(log: Path) -> None:
    """Put a log that has grown large aside as <name>.old, over the one before it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        os.replace(log, log.with_name(log.name + ".old"))
