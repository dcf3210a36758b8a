"""One site for all tests of this package: starting everything takes longer than most of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.conftest import connected_to
from tests.faults.commit_cutter import CommitCutter
from tests.faults.site import Site, database

NAME = "site"


@pytest.fixture(scope="package")
def running_site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Site]:
    """Everything that runs, on a database of its own, which its processes reach through a proxy."""
    directory = Path(tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock(), CommitCutter(directory).running() as cutter:
        with connected_to(NAME), Site(database(NAME), cutter, directory).running() as site:
            yield site
        servers.postgres.drop(NAME)


@pytest.fixture
def site(running_site: Site) -> Site:
    """The site, whole and quiet, with a mail server that works."""
    running_site.visitors.clear()  # what earlier tests were told is none of this one's business
    running_site.mail.fault = ""
    running_site.mail.before_answer = lambda: None
    running_site.let_time_pass()
    running_site.wait_until_quiet()
    return running_site


@pytest.fixture
def cutter(site: Site) -> CommitCutter:
    return site.cutter
