"""Keys that are made once and kept in files that only their owner may read."""

import os
import secrets
import tempfile
from pathlib import Path

from crm.embedded.errors import EmbeddedError


def read_or_create(path: Path) -> str:
    """The secret in the file, which is made with mode 0600 when there is none. Two processes get the same one."""
    try:
        if not path.exists():
            _create(path)
        secret = path.read_text().strip()
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename or path} belongs to another account. Start as that account, or choose another "
            "directory with DATA_DIR."
        ) from None
    if not secret:
        raise EmbeddedError(f"{path} is empty. Put back the key it held; delete it only if nothing depends on it.")
    return secret


def _create(path: Path) -> None:
    """Write beside it and link, so that the file appears whole, and the first of two writers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)
