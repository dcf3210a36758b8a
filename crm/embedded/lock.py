"""One run per data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.embedded.errors import EmbeddedError


@contextmanager
def only_run(data_directory: Path) -> Iterator[None]:
    """Hold the directory. The kernel lets go of it when this process ends, however it ends.

    Raises EmbeddedError naming the process that holds it.
    """
    with (data_directory / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise EmbeddedError(
                f"Another run (process {holder}) uses {data_directory}. Stop it, or choose another directory with "
                "DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
