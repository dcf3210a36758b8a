"""A signed-in client per role, and an institute with a handful of employers."""

import pytest

from crm.base.context import institute_context
from tests.factories.employers import make_employer


@pytest.fixture
def manager(client_for, people, yhiot):
    return client_for(people.partnership_manager, yhiot)


@pytest.fixture
def quickline(inside):
    return make_employer("Quickline Communications", sector="Digital infrastructure", stage="active", owner=inside)


@pytest.fixture
def theirs(liot):
    with institute_context(liot.id):
        return make_employer("Siemens Energy Lincoln")
