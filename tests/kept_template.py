"""A migrated cluster that is made once and copied, because migrating takes longer than most tests.

It is kept in .pytest_cache under the hash of everything that it is made from, so a changed migration makes a new one.
Several runs and the processes of one run wait for each other, and then copy.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.embedded.postgres import program_major
from crm.embedded.temporary import TemporaryPostgres

TEMPLATE = "migrated"  # migrated once, copied for tests that need real commits
ROOT = Path(__file__).resolve().parent.parent
_KEPT = ROOT / ".pytest_cache" / "postgres"
_UNFINISHED = "unfinished"
_OURS = re.compile(r"^(?:from|import) ((?:crm|employers|sponsorships|events|workers)[\w.]*)", re.MULTILINE)


def copy_to(directory: Path) -> None:
    """Put a cluster with the migrated template where a server is about to start."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    kept = _KEPT / _key()
    with _one_at_a_time():
        if not (kept / "postgres").exists():
            _forget_old_ones()
            _make(kept)
        subprocess.run(["cp", "-a", kept / "postgres", directory], check=True)


def _forget_old_ones() -> None:
    """All but the two newest: one for the wheel's servers, one for the system's; and what a run left unfinished."""
    by_age = sorted(_KEPT.glob("*/"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-2] + [_KEPT / _UNFINISHED]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (_KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(kept: Path) -> None:
    """Under another name until it is whole: a run that is stopped here leaves nothing that looks finished."""
    unfinished = kept.with_name(_UNFINISHED)
    server = TemporaryPostgres(unfinished).start()
    try:
        urls = server.database(TEMPLATE)
        environment = {**os.environ, "DATABASE_URL": urls.app_url, "DATABASE_OWNER_URL": urls.owner_url}
        environment |= {"DJANGO_SETTINGS_MODULE": "crm.settings.test", "REDIS_URL": "redis://nowhere.invalid"}
        migrate = [sys.executable, ROOT / "manage.py", "migrate", "--database=owner", "--verbosity=0", "--no-input"]
        subprocess.run(migrate, env=environment, check=True)
    finally:
        server.fast = False  # a clean end, so that the copies need not recover
        server.stop()
    unfinished.rename(kept)


def _key() -> str:
    """A hash of the migrations, of the modules of ours that they import, of the packages and of the server."""
    migrations = sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("crm/*/migrations/*.py"))
    modules = {name for path in migrations for name in _OURS.findall(path.read_text())}
    sources = [Path(found.origin) for name in sorted(modules) if (found := importlib.util.find_spec(name)).origin]
    base = sorted((ROOT / "crm" / "base").glob("*.py"))
    digest = hashlib.sha256(f"{program_major()} {os.geteuid()}".encode())
    for path in [*migrations, *sources, *base, ROOT / "requirements" / "runtime.lock"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
