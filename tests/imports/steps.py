"""A file on its way in, as people and workers take it."""

import os
from pathlib import Path
from typing import Any

import pytest

from crm.base.context import acting_institute
from crm.identity.models import User
from crm.imports.actions import apply_import, check_import, start_import, undo_import
from crm.imports.models import ImportJob
from crm.imports.reads import account
from crm.imports.work import work

REAL = Path(os.environ.get("REAL_DATA_DIR", "/nowhere"))

needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="REAL_DATA_DIR names no directory")


def head_of(path: Path, records: int) -> bytes:
    """The header and the first records of a real file, byte for byte; a record may be several lines."""
    kept, taken, quotes = [], 0, 0
    for line in path.read_bytes().splitlines(keepends=True):
        kept.append(line)
        quotes += line.count(b'"')
        taken += quotes % 2 == 0
        if taken > records:
            break
    return b"".join(kept)


def uploaded(by: User, content: bytes, *, name: str = "list.csv", kind: str = "employers") -> ImportJob:
    return start_import(kind=kind, file_name=name, content=[content], by=by)


def checked(by: User, content: bytes, *, columns: dict[str, int] | None = None, **more: Any) -> ImportJob:
    """Uploaded, matched as proposed unless `columns` says otherwise, and checked."""
    file = {name: more.pop(name) for name in ("name", "kind") if name in more}
    job = uploaded(by, content, **file)
    said = {name: getattr(job, name) for name in ("source", "is_snapshot", "overwrites")} | more
    check_import(job=job, columns=job.columns | (columns or {}), by=by, **said)
    return worked(job)


def applied(by: User, content: bytes, **more: Any) -> ImportJob:
    return go(checked(by, content, **more), by)


def go(job: ImportJob, by: User) -> ImportJob:
    """Apply what was checked."""
    assert job.state == ImportJob.State.CHECKED, job.trouble
    apply_import(job=job, by=by)
    return worked(job)


def undone(job: ImportJob, by: User) -> ImportJob:
    undo_import(job=job, by=by)
    return worked(job)


def worked(job: ImportJob) -> ImportJob:
    """What the worker makes of it."""
    assert work(acting_institute(), seconds=600) is False
    job.refresh_from_db()
    return job


def counts(job: ImportJob) -> tuple[int, ...]:
    """Rows read, created, updated, unchanged, rejected; always whole."""
    found = account(job)
    assert sum(found.values()) - found["read"] == found["read"]
    return tuple(found.values())
