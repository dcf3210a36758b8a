"""The machine's own PostgreSQL and Redis in place of those from Python wheels: TEST_SERVERS=system.

The floor is PostgreSQL 15, which is what Debian 12 has; the wheels bring 18 and Valkey 9. Only the programs and the
words for initdb's locale differ: sockets, roles and life time are those of crm.embedded.
"""

import shutil
from pathlib import Path

from crm.embedded import postgres, unprivileged, valkey
from crm.embedded.errors import EmbeddedError

POSTGRES_DIRECTORIES = "/usr/lib/postgresql/*/bin"  # Debian's and Ubuntu's


def use_system_programs() -> None:
    """Let crm.embedded start the machine's programs. Raises EmbeddedError where there are none."""
    oldest_first = sorted(Path("/").glob(POSTGRES_DIRECTORIES[1:]), key=lambda path: int(path.parent.name))
    redis = shutil.which("redis-server")
    if not oldest_first or not redis:
        raise EmbeddedError("TEST_SERVERS=system needs: apt-get install postgresql redis-server")

    def program(name: str) -> Path:
        return oldest_first[0] / name

    postgres.postgres_program = unprivileged.postgres_program = program
    postgres.LOCALE = ("--locale=C.UTF-8",)
    valkey.valkey_program = lambda: Path(redis)
