"""Becomes the given command, after making sure that it cannot outlive the process that started it.

Run as a program: launcher.py SIGNAL PARENT_PID PIPE command...
On Linux the kernel sends SIGNAL when the parent dies. Elsewhere this process stays, holding the read end of a pipe
whose write end only the parent has, and kills the process group when the pipe closes. It runs as a fresh program
because code between fork and exec is not safe in a process with threads. It imports nothing of ours, to start fast.
"""

import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def main(arguments: list[str]) -> int:
    """Run the command; returns only when this process had to stay as its guard."""
    death_signal, parent, pipe, *command = arguments
    if sys.platform == "linux":
        os.close(int(pipe))
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):  # it died before the line above
            return 1
        os.execvp(command[0], command)  # noqa: S606
    return guard(int(pipe), command)


def guard(pipe: int, command: list[str]) -> int:
    """Stay as the command's parent, hand signals on, and end the whole group when the pipe closes."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.execvp(command[0], command)  # noqa: S606
    for number in FORWARDED:
        signal.signal(number, lambda number, frame: os.kill(child, number))
    while True:
        ready, _, _ = select.select([pipe, woken], [], [])
        if pipe in ready:
            os.killpg(0, signal.SIGKILL)
        os.read(woken, 4096)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
