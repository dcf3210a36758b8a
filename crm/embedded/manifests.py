"""The paper that lies beside a backup: when it was made, of what, and what every table held at that moment."""

import datetime as dt
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from crm.embedded.digests import TableDigest
from crm.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Manifest:
    """`sha256` is of the file; `tables` is what the database held in the moment that the file shows."""

    made_at: str
    postgres: str
    sha256: str
    size: int
    tables: dict[str, TableDigest]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables.values())


def manifest_path(file: Path) -> Path:
    """Where the manifest of a backup lies."""
    return file.with_name(file.name + ".json")


def write_manifest(file: Path, *, of: Path, postgres: str, tables: dict[str, TableDigest]) -> Manifest:
    """Describe the finished dump `of`, which will be called `file`."""
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    manifest = Manifest(made_at, postgres, sha256_of(of), of.stat().st_size, tables)
    path = manifest_path(file)
    with open(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as written:
        json.dump(asdict(manifest), written, indent=1)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup, whose file is the one it describes. Raises EmbeddedError saying what is wrong."""
    path = manifest_path(file)
    try:
        read = json.loads(path.read_text())
        tables = {name: TableDigest(**table) for name, table in read.pop("tables").items()}
        manifest = Manifest(**read, tables=tables)
    except FileNotFoundError:
        raise EmbeddedError(f"There is no {path}, which backup wrote beside the file: it cannot be verified.") from None
    except (ValueError, TypeError, KeyError) as error:
        raise EmbeddedError(f"{path} is not what backup wrote: {error}") from error
    if sha256_of(file) != manifest.sha256:
        raise EmbeddedError(f"{file} is not the file that {path} describes: it was changed or damaged.")
    return manifest


def sha256_of(file: Path) -> str:
    """Read in pieces: a backup may be larger than memory."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
