"""Fixtures that every part of the suite shares: two institutes, their people, and databases to work in."""

import gc
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.db import connections, transaction
from django.test import Client

from crm.base.context import institute_context
from crm.identity.models import Institute, User
from crm.identity.roles import Role
from tests import servers
from tests.api_client import ApiClient, make_token
from tests.browser import NO_BROWSER, chromium, open_page, site, windows  # noqa: F401  fixtures of the page tests
from tests.factories.identity import give_role, make_liot, make_user, make_yhiot
from tests.signing_in import sign_in

# How long an example takes says more about the machine than about the code. The suite tries the same examples each
# time, so that what it says depends on the change alone; `make soak` sets EXPLORE and tries others.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
    derandomize="EXPLORE" not in os.environ,
)
hypothesis.settings.load_profile("suite")

_numbers = itertools.count(1)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Copy the migrated template for the tests that roll back."""
    with django_db_blocker.unblock():
        servers.postgres.database(servers.DATABASE, template=servers.TEMPLATE)
    yield


@pytest.fixture(scope="module")
def module_transaction(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """`with module_transaction():` make what all tests of a module read and none changes for the others.

    Each test's own changes are rolled back as ever, to what the module began with, which goes at its end.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as Django's own: no test is told that it is inside a transaction
    with django_db_blocker.unblock():
        around.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


class connected_to:
    """Point both connections at another database for the length of a `with` block."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
        self._point(dict.fromkeys(self.before, self.name))

    def __exit__(self, *_: object) -> None:
        self._point(self.before)

    def _point(self, names: dict[str, str]) -> None:
        for alias, name in names.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A database of its own where commits are real, for threads and worker processes.

    `.environment` is what a child process needs to reach the same servers.
    """
    name = f"committed_{next(_numbers)}"
    with django_db_blocker.unblock():
        urls = servers.postgres.database(name, template=servers.TEMPLATE)
        with connected_to(name):
            environment = {
                "DATABASE_URL": urls.app_url,
                "DATABASE_OWNER_URL": urls.owner_url,
                "REDIS_URL": servers.valkey.url,
                "DJANGO_SETTINGS_MODULE": "crm.settings.test",
            }
            yield SimpleNamespace(name=name, urls=urls, environment=environment)
        servers.postgres.drop(name)


@pytest.fixture
def yhiot(request: pytest.FixtureRequest) -> Institute:
    _need_database(request)
    return make_yhiot()


@pytest.fixture
def liot(request: pytest.FixtureRequest) -> Institute:
    _need_database(request)
    return make_liot()


def _need_database(request: pytest.FixtureRequest) -> None:
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")


class People:
    """One person per role in an institute, made when first asked for: `people.director`."""

    def __init__(self, institute: Institute) -> None:
        self._institute = institute

    def __getattr__(self, role: str) -> User:
        user = make_user(Role(role).label + " at " + self._institute.short_name)
        give_role(user, self._institute, Role(role))
        self.__dict__[role] = user
        return user

    def at(self, institute: Institute) -> "People":
        return self.__dict__.setdefault(f"at_{institute.code}", People(institute))

    def all_now(self) -> "People":
        """Make the staff, for people shared by tests: whom one test met first would be gone with it, but remembered."""
        for role in Role:
            if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT):
                getattr(self, role)
        return self


@pytest.fixture
def people(yhiot: Institute) -> People:
    return People(yhiot)


@pytest.fixture
def inside(yhiot: Institute, people: People) -> Iterator[User]:
    """Work inside Yorkshire & Humber as its partnership manager, who is returned."""
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        yield manager


class InstituteClient(Client):
    """A test client whose paths lie in an institute: `get("/employers/")` asks for `/i/yhiot/employers/`."""

    institute_code = ""

    def generic(self, method: str, path: Any, *args: Any, **kwargs: Any) -> Any:
        path = str(path)
        if self.institute_code and not path.startswith(("/i/", "/accounts/", "/portal/")):
            path = f"/i/{self.institute_code}{path}"
        return super().generic(method, path, *args, **kwargs)


@pytest.fixture
def client_for() -> Callable[..., InstituteClient]:
    """`client_for(user, institute)`: signed in with both factors, in that institute."""

    def make(user: User | None = None, institute: Institute | None = None) -> InstituteClient:
        client = InstituteClient()
        client.institute_code = institute.code if institute else ""
        if user:
            sign_in(client, user)
        return client

    return make


@pytest.fixture
def api_for() -> Callable[..., ApiClient]:
    """`api_for(user, institute)`: another program with a token of that person; all their rights unless `scopes`."""

    def make(user: User, institute: Institute, scopes: Any = None) -> ApiClient:
        return ApiClient(make_token(user, institute, scopes).secret)

    return make


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say exactly what was left out for want of a browser."""
    left_out = [r.nodeid for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)]
    if left_out:
        terminalreporter.write_sep("-", f"{len(left_out)} page tests left out: {NO_BROWSER}")
        for nodeid in sorted(left_out):
            terminalreporter.write_line(f"  {nodeid}")
