"""Two institutes with one of everything, made once for all tests of a module: making them takes a second."""

from dataclasses import dataclass
from typing import Any

import pytest

from crm.identity.models import Institute
from crm.identity.roles import Role
from tests.architecture.world import make_world
from tests.conftest import People
from tests.factories.identity import make_institute

WITHOUT_STAFF = (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)


@dataclass(frozen=True)
class Worlds:
    """`here` is Yorkshire & Humber's and `foreign` Lincolnshire's; `people.at(liot)` are the latter's."""

    people: People
    here: dict[str, Any]
    foreign: dict[str, Any]


@pytest.fixture(scope="module")
def worlds(module_transaction: Any) -> Worlds:
    with module_transaction():
        yhiot = make_institute("yhiot", "Yorkshire & Humber Institute of Technology", "Yorkshire & Humber IoT")
        liot = make_institute("liot", "Lincolnshire Institute of Technology", "Lincolnshire IoT")
        people = People(yhiot)
        _employ_everybody(people, yhiot)
        _employ_everybody(people.at(liot), liot)
        return Worlds(people, make_world(yhiot, people), make_world(liot, people.at(liot)))


def _employ_everybody(people: People, institute: Institute) -> None:
    """Now: whoever a test meets first would be gone with it, and still be remembered."""
    for role in Role:
        if role not in WITHOUT_STAFF:
            getattr(people, role)
