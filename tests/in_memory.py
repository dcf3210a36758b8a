"""The temporary files of a run in memory, where the machine has room: a database is more than a thousand files, and a
disk takes up to ten times as long to make them as memory does.

Each run has a directory of its own, held by a lock while it lasts. What a run that failed or was killed left is there
to look at until the next one begins.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_PREFIX = "anchorpoint-"  # short: the sockets of servers lie below, and their paths may not be long
_ENOUGH = 3 * 1024**3  # bytes; a run uses a quarter of it
_LOCK = "tests.lock"

_held: list[int] = []  # the open lock, by the process that made the directory
_mine: list[Path] = []


def use_memory() -> None:
    """Let temporary files of this process and of all that it starts go into memory, if there is enough."""
    if tempfile.gettempdir().startswith(str(_MEMORY / _PREFIX)):
        return  # one of several processes of a run, which has its directory
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        return
    _forget_ended_runs()
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY))
    directory.chmod(0o711)  # where root may not run PostgreSQL, another account has to come through
    _hold(directory)
    _mine.append(directory)
    os.environ["TMPDIR"] = tempfile.tempdir = str(directory)


def directory_of_tests() -> Path | None:
    """Where `tmp_path` is to be made; None where pytest chooses."""
    return _mine[0] / "t" if _mine else None


def keep() -> None:
    """What a test wrote before it failed stays until the next run."""
    _mine.clear()


def give_back() -> None:
    """Remove the directory, if this process made it and nobody wants it kept."""
    while _mine:
        shutil.rmtree(_mine.pop(), ignore_errors=True)


def _hold(directory: Path) -> None:
    """Locked under another name first: nobody may take it for one that has ended."""
    lock = os.open(directory / "new", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    (directory / "new").rename(directory / _LOCK)
    _held.append(lock)


def _forget_ended_runs() -> None:
    for lock in _MEMORY.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            with lock.open("r+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # of a run under way, or another account's
            continue
        shutil.rmtree(lock.parent, ignore_errors=True)
