"""What tests of the pages of challenges share."""

import pytest

from crm.base.context import institute_context


@pytest.fixture
def coordinator(people):
    return people.events_coordinator


@pytest.fixture
def pages(client_for, coordinator, yhiot):
    return client_for(coordinator, yhiot)


@pytest.fixture
def within(yhiot, coordinator):
    return lambda: institute_context(yhiot.id, user_id=coordinator.id)
