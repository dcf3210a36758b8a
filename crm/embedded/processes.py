"""Starting a process that dies with us, and ending it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass
class Process:
    """A running command in its own session. `lifeline` is the pipe whose closing tells its guard that we are gone."""

    popen: subprocess.Popen[bytes]
    lifeline: int
    closed: bool = field(default=False)

    def returncode(self) -> int | None:
        """Its exit code, negative for a signal, or None while it runs."""
        code = self.popen.poll()
        if code is not None and not self.closed:
            os.close(self.lifeline)
            self.closed = True
        return code

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, not to its group."""
        if self.returncode() is None:
            self.popen.send_signal(number)

    def kill_group(self) -> None:
        """SIGKILL for the process and everything in its process group."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def stop(self, number: signal.Signals, seconds: float) -> int:
        """Ask it to end, wait, then kill its group. Returns the exit code."""
        self.send(number)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_group()
            self.popen.wait()
        return self.returncode() or 0


def start(
    command: Sequence[str | Path],
    *,
    output: int | IO[bytes],
    prefix: Sequence[str] = (),
    death_signal: signal.Signals = signal.SIGKILL,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Process:
    """Start a command in its own session, with both output streams to `output` and an end when this thread ends.

    `prefix` (words that change the account) comes before the launcher, because a change of account after it would
    clear the request to die with the parent. Call from the main thread: Linux ties that request to the thread.
    """
    read_end, write_end = os.pipe()
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(int(death_signal)), str(os.getpid()), str(read_end)]
    try:
        popen = subprocess.Popen(
            [*prefix, *launcher, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=(read_end,),
            start_new_session=True,
            env=environment,
            cwd=directory,
        )
    except OSError:
        os.close(write_end)
        raise
    finally:
        os.close(read_end)
    return Process(popen, write_end)
