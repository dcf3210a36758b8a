"""Directories for Unix sockets, which must be private and have a short path."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from crm.embedded.errors import EmbeddedError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = Path("postgres") / ".s.PGSQL.5432"


def socket_directory(data_directory: Path) -> Path:
    """Where the sockets of a data directory go: its own run/ or, where that path is too long, a hashed short one.

    The answer depends on the path alone, so that any process given the same data directory finds the same sockets.
    """
    own = data_directory.absolute() / "run"
    if len(os.fsencode(own / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return own
    digest = hashlib.sha256(os.fsencode(data_directory.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"anchorpoint-{os.getuid()}-{digest}"


def make_socket_directory(data_directory: Path, server: str, *, uid: int | None = None, gid: int = -1) -> Path:
    """Make the private directory of one server's socket, mode 0700 and owned by `uid` (default: this account).

    Its parent stays passable, for a server that runs as another account; nobody but us can write there.
    """
    parent = socket_directory(data_directory)
    _make_ours(parent, 0o711, {os.getuid()})
    private = parent / server
    owner = os.getuid() if uid is None else uid
    _make_ours(private, 0o700, {os.getuid(), owner})
    if private.lstat().st_uid != owner:
        os.chown(private, owner, gid)
    return private


def _make_ours(directory: Path, mode: int, owners: set[int]) -> None:
    """Create the directory, or refuse one that another account made: names under /tmp can be guessed and taken."""
    directory.mkdir(mode=mode, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise EmbeddedError(
            f"{directory} belongs to another account. Remove it, or choose another directory with DATA_DIR."
        )
    if stat.S_IMODE(found.st_mode) != mode:
        directory.chmod(mode)
