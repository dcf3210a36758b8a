"""Ends what an earlier run of the same data directory may have left behind.

Children die with their supervisor, but a web worker whose master was killed needs up to a second to notice. Without
this, a start right after a crash could meet it.
"""

import os
from pathlib import Path

import psutil

MARK = "ANCHORPOINT_RUN"
_SECONDS = 5.0


def mark_of(data_directory: Path) -> str:
    """The value of the environment variable by which children of this directory are known."""
    return str(data_directory.absolute())


def leftovers(data_directory: Path) -> list[psutil.Process]:
    """Processes of this account that carry the mark. PostgreSQL looks after its own and is not among them."""
    mine = []
    for process in psutil.process_iter(["uids", "environ", "name"]):
        environment = process.info["environ"] or {}
        if environment.get(MARK) != mark_of(data_directory) or process.pid == os.getpid():
            continue
        if process.info["uids"].real == os.getuid() and not process.info["name"].startswith("postgres"):
            mine.append(process)
    return mine


def end_leftovers(data_directory: Path) -> int:
    """Kill them and wait until they are gone. Call while holding the directory. Returns their number."""
    found = leftovers(data_directory)
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(found, timeout=_SECONDS)
    return len(found)
