"""Starts PostgreSQL and Valkey before the settings are read. Loaded by `-p tests.servers` (pyproject.toml).

The suite runs as the application's role, which row security binds; the owner only makes and copies databases.
"""

import os

import pytest

from crm.embedded.temporary import TemporaryPostgres, TemporaryValkey
from tests import in_memory, kept_template
from tests.kept_template import TEMPLATE
from tests.system_servers import use_system_programs

__all__ = ["DATABASE", "TEMPLATE", "postgres", "valkey"]

DATABASE = "tests"
# Little of what was written is kept: the log of changes stays small enough for memory.
_SETTINGS = {"min_wal_size": "64MB", "max_wal_size": "256MB"}

in_memory.use_memory()

if os.environ.get("TEST_SERVERS") == "system":  # Debian's PostgreSQL 15 and Redis, as .ci/run does
    use_system_programs()
postgres = TemporaryPostgres(settings=_SETTINGS)
valkey = TemporaryValkey()


def _start() -> None:
    kept_template.copy_to(postgres.directory)
    postgres.start()
    valkey.start()
    urls = postgres.urls(DATABASE)
    os.environ["DATABASE_URL"] = urls.app_url
    os.environ["DATABASE_OWNER_URL"] = urls.owner_url
    os.environ["REDIS_URL"] = valkey.url


_start()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not config.option.basetemp:
        config.option.basetemp = in_memory.directory_of_tests()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus:
        in_memory.keep()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    postgres.stop()
    valkey.stop()
    in_memory.give_back()
