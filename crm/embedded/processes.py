"""Starting a process that dies with us, and ending it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass
class Process:
    """A running command in its own session. `lifeline` is the pipe whose closing tells its guard that we are gone."""

    popen: subprocess.Popen[bytes]
    lifeline: int
    _settled: bool = field(default=False, init=False)

    def returncode(self) -> int | None:
        """Its exit code, negative for a signal, or None while it runs. What is left of its group ends with it."""
        if not self._settled and self._has_ended():
            self._settled = True
            self.kill_group()
            self.popen.wait()
            os.close(self.lifeline)
        return self.popen.returncode

    def _has_ended(self) -> bool:
        """True once it has ended, where possible without reaping it, so that nobody else can have its group number."""
        if self.popen.returncode is not None or not hasattr(os, "waitid"):
            return self.popen.poll() is not None
        try:
            return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, not to its group."""
        if self.returncode() is None:
            self.popen.send_signal(number)

    def kill_group(self) -> None:
        """SIGKILL for the process and everything in its process group."""
        with suppress(ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of zombies
            os.killpg(self.popen.pid, signal.SIGKILL)

    def stop(self, number: signal.Signals, seconds: float) -> int:
        """Ask it to end, wait, then kill its group. Returns the exit code."""
        self.send(number)
        deadline = time.monotonic() + seconds
        while self.returncode() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if self.returncode() is None:
            self.kill_group()
            self.popen.wait()
        return self.returncode() or 0


def start(
    command: Sequence[str | Path],
    *,
    output: int | IO[bytes],
    death_signal: signal.Signals = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    pass_fds: tuple[int, ...] = (),
) -> Process:
    """Start a command in its own session, with both output streams to `output` and an end when this thread ends.

    Call from the main thread: Linux ties the child's request to die with its parent to the thread that started it.
    """
    read_end, write_end = os.pipe()
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(int(death_signal)), str(os.getpid()), str(read_end)]
    try:
        popen = subprocess.Popen(
            [*launcher, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(read_end, *pass_fds),
            start_new_session=True,
            env=environment,
        )
    except OSError:
        os.close(write_end)
        raise
    finally:
        os.close(read_end)
    return Process(popen, write_end)
