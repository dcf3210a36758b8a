"""What tests of pages share."""

import pytest

from crm.base.context import institute_context
from crm.identity.models import InstituteProvider, Provider
from tests.factories.funds import make_award, make_fund


@pytest.fixture
def administrator(people):
    return people.bursary_administrator


@pytest.fixture
def finance(people):
    return people.finance_officer


@pytest.fixture
def manager(people):
    return people.partnership_manager


@pytest.fixture
def pages(client_for, manager, yhiot):
    """Signed in as the manager, unless a file says otherwise."""
    return client_for(manager, yhiot)


@pytest.fixture
def within(yhiot):
    return lambda: institute_context(yhiot.id)


@pytest.fixture
def fund(within):
    with within():
        return make_fund(1_000_000, name="Quickline bursaries")


@pytest.fixture
def award(within, fund, administrator):
    with within():
        return make_award(fund, 90_000, by=administrator, parts=3)


@pytest.fixture
def college(yhiot):
    provider = Provider.objects.create(name="Askham Bryan College", kind="fe")
    InstituteProvider.objects.create(institute=yhiot, provider=provider, part="core")
    return provider
