"""Every address, for every role, in one's own institute and in another's."""

from typing import Any

import pytest
from django.db import transaction

from crm.base.context import NETWORK_ID
from crm.core.institute_path import path_in
from crm.identity.models import Institute
from crm.identity.roles import ROLES, Permission, Role
from tests.architecture.role_matrix import MATRIX, PUBLIC
from tests.architecture.routes import VIEWS, path_of
from tests.conftest import People
from tests.factories.identity import give_role, make_user

STAFF = [role for role in Role if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)]

# Sessions and tokens are found among one's own: tests/accounts, tests/api.
ONES_OWN = {"accounts:end_session", "accounts:remove_factor", "accounts:replace_token", "accounts:revoke_token"}


def test_every_route_has_a_row():
    assert set(VIEWS) - set(MATRIX) - set(PUBLIC) == set()


def test_no_row_is_left_of_a_route_that_is_gone():
    assert (set(MATRIX) | set(PUBLIC)) - set(VIEWS) == set()


def test_each_view_asks_for_the_right_its_row_names():
    assert {name: VIEWS[name].permission for name in MATRIX} == {name: row.permission for name, row in MATRIX.items()}


@pytest.fixture
def people(worlds, db) -> People:
    return worlds.people


@pytest.fixture
def world(worlds, db) -> dict[str, Any]:
    return worlds.here


def _ask(client: Any, name: str, path: str) -> int:
    """The answer's status; whatever the request did is rolled back."""
    if MATRIX[name].in_institute:
        path = path_in(client.institute_code, path)
    with transaction.atomic():
        reads = hasattr(VIEWS[name], "get") and "get" in VIEWS[name].http_method_names
        response = client.get(path) if reads else client.post(path)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("role", STAFF)
def test_a_role_reaches_what_it_may_and_nothing_else(role, world, client_for, people, yhiot):
    client = client_for(getattr(people, role), yhiot)
    wrong = {}
    for name, row in MATRIX.items():
        may = row.permission in ROLES[role].permissions or row.permission == Permission.SIGN_IN
        status = _ask(client, name, path_of(name, row, world))
        if name in ONES_OWN:
            continue
        refused = status == 403
        if refused == may or status >= 500 or may and status == 404:
            wrong[name] = status
    assert wrong == {}


def test_another_institutes_row_is_not_found(worlds, client_for, yhiot):
    """The same answer as for a row that does not exist, with every right that a role can give."""
    user = make_user("Everything")
    for role in STAFF:
        give_role(user, yhiot, role)
    client = client_for(user, yhiot)
    found = {
        name: status
        for name, row in MATRIX.items()
        if row.subject and not row.is_shared and row.in_institute
        if (status := _ask(client, name, path_of(name, row, worlds.foreign, worlds.here))) != 404
    }
    assert found == {}


def test_an_institute_without_a_role_is_not_found(world, client_for, people, yhiot, liot):
    stranger = client_for(people.at(liot).director, yhiot)
    rows = {name: row for name, row in MATRIX.items() if row.in_institute}
    found = {
        name: status for name, row in rows.items() if (status := _ask(stranger, name, path_of(name, row, world))) != 404
    }
    assert found == {}


def test_nobody_gets_in_without_signing_in(world, client_for, yhiot):
    visitor = client_for(None, yhiot)
    let_in = {
        name: status
        for name, row in MATRIX.items()
        if (status := _ask(visitor, name, path_of(name, row, world))) not in (302, 404)
    }
    assert let_in == {}


def test_a_network_lead_reaches_the_network_and_no_institute(world, client_for, yhiot):
    network = Institute.objects.get(id=NETWORK_ID)
    lead = make_user("Network lead")
    give_role(lead, network, Role.NETWORK_LEAD)
    assert client_for(lead, yhiot).get("/").status_code == 404
    inside = client_for(lead, network)
    wrong = {}
    for name, row in MATRIX.items():
        may = row.permission in ROLES[Role.NETWORK_LEAD].permissions
        status = _ask(inside, name, path_of(name, row, world))
        if status >= 500 or (not may and status not in (403, 404)):
            wrong[name] = status
    assert wrong == {}


def test_a_sponsors_contact_reaches_the_portal_and_no_staff_page(world, client_for, yhiot):
    contact = make_user("Jo Marsh")
    give_role(contact, yhiot, Role.SPONSOR_CONTACT)
    client = client_for(contact)
    assert client.get("/portal/").status_code == 200
    staff = client_for(contact, yhiot)
    rows = {name: row for name, row in MATRIX.items() if row.in_institute}
    found = {name: s for name, row in rows.items() if (s := _ask(staff, name, path_of(name, row, world))) != 404}
    assert found == {}


def test_every_right_is_given_to_somebody_and_asked_for_somewhere():
    given = frozenset().union(*(card.permissions for card in ROLES.values()))
    asked = {row.permission for row in MATRIX.values()}
    assert set(Permission) - given == set()
    assert set(Permission) - asked == set()
