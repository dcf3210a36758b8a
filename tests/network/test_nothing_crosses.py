"""Another institute's people see nothing of this one: every private text is a canary, and every address is asked."""

import pytest
from django.conf import settings

from crm.base.ids import new_id
from crm.core.registry import api_resources
from crm.identity.roles import ROLES, Role
from employers.models import Employer
from tests.factories.identity import give_role, make_institute, make_user
from tests.network.canaries import Planter
from tests.network.test_nothing_private import OUTSIDE, filled, routes, singing

STAFF = [role for role in ROLES if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)]


@pytest.fixture
def planted(committed, monkeypatch) -> Planter:
    """All planted rows have one id, so that asking every address for it asks for every row."""
    one = new_id()
    monkeypatch.setattr("tests.network.canaries.new_id", lambda: one)
    planter = Planter(make_institute("yhiot"))
    planter.plant()
    monkeypatch.undo()
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 10_000)
    return planter


@pytest.fixture
def neighbour(planted):
    """Somebody with every role of the other institute."""
    user, liot = make_user("Aisha Grant"), make_institute("liot")
    for role in STAFF:
        give_role(user, liot, role)
    return user, liot


def test_no_page_and_no_address_of_the_api_tells_another_institute_a_private_text(
    planted, neighbour, client_for, api_for
):
    client, api = client_for(*neighbour), api_for(*neighbour)
    answers = [(route, client.get(filled(route, planted.ids[Employer]))) for route in _pages()]
    answers += [(address, api.get(address)) for address in _addresses(planted.ids[Employer])]
    found = {(route, planted.texts[text]) for route, answer in answers for text in singing(answer) & set(planted.texts)}
    assert found == set()
    assert sum(answer.status_code == 200 for _, answer in answers) > 60


def _pages() -> list[str]:
    return [route for route in routes() if not route.startswith((*OUTSIDE, "api/", "i/"))]


def _addresses(pk: object) -> list[str]:
    operations = [(resource.path, op) for resource in api_resources for op in resource.operations.values()]
    return [f"{path}/" + op.address.replace("{id}", str(pk)) for path, op in operations if op.method == "GET"]
