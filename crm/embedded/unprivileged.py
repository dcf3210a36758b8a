"""PostgreSQL refuses to run as root. This module finds a way to run it where we are root, as in most containers."""

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from crm.embedded.binaries import postgres_program
from crm.embedded.errors import EmbeddedError

NOBODY = 65534
_PROBE_SECONDS = 30


@dataclass(frozen=True)
class Account:
    """How to start PostgreSQL (words put before the command) and who owns its files on disk."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


def account_for(directory: Path) -> Account:
    """The account that runs PostgreSQL with data in this existing directory.

    An ordinary user runs it directly. Root runs it in a user namespace, where it looks like nobody while its files
    stay root's; where the kernel or the container refuses that, as the account nobody, given the directory.
    Raises EmbeddedError saying what to do where neither works.
    """
    if os.geteuid() != 0:
        return Account((), os.geteuid(), os.getegid())
    in_namespace = Account(
        ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"), 0, os.getegid()
    )
    if _can_run(in_namespace, directory):
        return in_namespace
    return _nobody(directory)


def _nobody(directory: Path) -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(_what_to_do(directory)) from None
    # A change of account clears the request to die with the parent, so it is made again.
    dies_too = f"--pdeathsig={signal.SIGQUIT.name}"
    words = ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", dies_too, "--")
    as_nobody = Account(words, entry.pw_uid, entry.pw_gid)
    _give(directory, entry.pw_uid, entry.pw_gid)
    if _can_run(as_nobody, directory):
        return as_nobody
    _give(directory, os.geteuid(), os.getegid())
    raise EmbeddedError(_what_to_do(directory))


def _give(directory: Path, uid: int, gid: int) -> None:
    """Hand the directory over, with what an earlier run in a user namespace left in it."""
    if directory.stat().st_uid == uid:
        return
    for path in (directory, *directory.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)


def _can_run(account: Account, directory: Path) -> bool:
    """True when the account can start PostgreSQL and write in the directory."""
    if shutil.which(account.prefix[0]) is None:
        return False
    attempts = ([str(postgres_program("postgres")), "--version"], ["test", "-w", str(directory)])
    return all(_succeeds([*account.prefix, *words]) for words in attempts)


def _succeeds(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False, timeout=_PROBE_SECONDS, stdin=subprocess.DEVNULL)
    return done.returncode == 0


def _what_to_do(directory: Path) -> str:
    return (
        "PostgreSQL does not run as root, and this machine allows neither a user namespace nor the account nobody "
        f"(which must be able to read this checkout and write in {directory}). Either run the same command as an "
        "ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL to use your own PostgreSQL."
    )
