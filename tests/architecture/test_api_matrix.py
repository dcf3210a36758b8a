"""Every operation of the API, for every role, with a token of one's own institute and of another's."""

from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from crm.core.api.operations import Operation
from crm.core.registry import api_resources
from crm.identity.roles import NOT_FOR_TOKENS, ROLES, Permission, Role
from tests.api_client import ApiClient
from tests.architecture.api_matrix import OPERATIONS, ApiRow
from tests.architecture.test_role_matrix import STAFF
from tests.conftest import People
from tests.factories.identity import give_role, make_user

FOUND: dict[str, tuple[str, Operation]] = {
    f"{resource.path}.{handler}": (resource.path, operation)
    for resource in api_resources
    for handler, operation in resource.operations.items()
}


def test_every_operation_has_a_row():
    assert set(FOUND) - set(OPERATIONS) == set()


def test_no_row_is_left_of_an_operation_that_is_gone():
    assert set(OPERATIONS) - set(FOUND) == set()


def test_each_operation_asks_for_the_right_its_row_names():
    assert {n: op.permission for n, (_, op) in FOUND.items()} == {n: r.permission for n, r in OPERATIONS.items()}


def test_no_right_is_asked_for_that_a_token_cannot_have():
    """Using one's own account is what every token in force stands for."""
    assert {n for n, r in OPERATIONS.items() if r.permission in NOT_FOR_TOKENS - {Permission.SIGN_IN}} == set()


@pytest.fixture
def people(worlds, db) -> People:
    return worlds.people


@pytest.fixture
def world(worlds, db) -> dict[str, Any]:
    return worlds.here


@pytest.fixture(autouse=True)
def many_requests(monkeypatch):
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 10_000)


def _ask(client: ApiClient, name: str, row: ApiRow, world: dict[str, Any]) -> int:
    """The answer's status; whatever the request did is rolled back."""
    path, operation = FOUND[name]
    address = f"{path}/" + operation.address.replace("{id}", str(world.get(row.subject, "")))
    with transaction.atomic():
        if operation.method == "GET":
            response = client.get(address)
        elif operation.method == "PATCH":
            response = client.patch(address, etag="*")
        elif operation.method == "DELETE":
            response = client.delete(address)
        else:
            response = client.post(address)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("role", STAFF)
def test_a_role_reaches_by_api_what_it_may_and_nothing_else(role, world, api_for, people, yhiot):
    client = api_for(getattr(people, role), yhiot)
    wrong = {}
    for name, row in OPERATIONS.items():
        may = row.permission in ROLES[role].permissions
        status = _ask(client, name, row, world)
        if (status == 403) == may or status >= 500 or may and status == 404:
            wrong[name] = status
    assert wrong == {}


def _everything(yhiot: Any) -> Any:
    user = make_user("Everything")
    for role in STAFF:
        give_role(user, yhiot, role)
    return user


def test_another_institutes_row_is_not_found_by_api(worlds, api_for, yhiot):
    client = api_for(_everything(yhiot), yhiot)
    rows = {name: row for name, row in OPERATIONS.items() if row.subject and not row.is_shared}
    assert {n: s for n, row in rows.items() if (s := _ask(client, n, row, worlds.foreign)) != 404} == {}


def test_a_token_gives_no_right_beyond_its_scopes(world, api_for, yhiot):
    user = _everything(yhiot)
    clients: dict[Permission, ApiClient] = {}
    let_in = {}
    for name, row in OPERATIONS.items():
        if row.permission == Permission.SIGN_IN:
            continue
        other = Permission.SEE_MAIL if row.permission != Permission.SEE_MAIL else Permission.SEE_FUNDS
        client = clients.setdefault(other, api_for(user, yhiot, [other]))
        if (status := _ask(client, name, row, world)) != 403:
            let_in[name] = status
    assert let_in == {}


def test_nobody_gets_in_without_a_token(world, client_for, people, yhiot):
    session = client_for(people.director, yhiot)
    session.institute_code = ""
    let_in = {}
    for name, row in OPERATIONS.items():
        path, operation = FOUND[name]
        address = f"/api/v1/{path}/" + operation.address.replace("{id}", str(world.get(row.subject, "")))
        for asked in (address, f"/i/yhiot{address}"):
            status = session.generic(operation.method, asked, "{}", "application/json").status_code
            if status != 401:
                let_in[asked] = status
    assert let_in == {}


def test_a_sponsors_contact_has_no_token(yhiot, api_for):
    contact = make_user("Jo Marsh")
    give_role(contact, yhiot, Role.SPONSOR_CONTACT)
    with pytest.raises(Exception, match="Choose among the rights"):
        api_for(contact, yhiot)
