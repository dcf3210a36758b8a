"""Directories for Unix sockets, which must be private and have a short path."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from crm.embedded.errors import EmbeddedError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


def socket_directory(data_directory: Path) -> Path:
    """Where the sockets of a data directory go: its own run/ or, where that path is too long, a hashed short one.

    The answer depends on the path alone, so that any process given the same data directory finds the same sockets.
    """
    own = data_directory.absolute() / "run"
    if len(os.fsencode(own / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return own
    digest = hashlib.sha256(os.fsencode(data_directory.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"anchorpoint-{os.getuid()}-{digest}"


def make_private(directory: Path, *, owner: int | None = None) -> Path:
    """Create the directory with mode 0700, or check that an existing one is ours and private.

    The check matters for the short directory under /tmp, whose name another account could guess and take first.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    owners = {os.getuid()} if owner is None else {os.getuid(), owner}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise EmbeddedError(
            f"{directory} belongs to another account. Remove it, or choose another directory with DATA_DIR."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)
    return directory
