"""Two institutes with one of everything, made once for all tests of a module: making them takes a second."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.architecture.world import make_world
from tests.conftest import People
from tests.factories.identity import make_liot, make_yhiot


@dataclass(frozen=True)
class Worlds:
    """`here` is Yorkshire & Humber's and `foreign` Lincolnshire's; `people.at(liot)` are the latter's."""

    people: People
    here: dict[str, Any]
    foreign: dict[str, Any]


@pytest.fixture(scope="module")
def worlds(module_transaction: Any) -> Worlds:
    with module_transaction():
        yhiot, liot = make_yhiot(), make_liot()
        people = People(yhiot).all_now()
        return Worlds(people, make_world(yhiot, people), make_world(liot, people.at(liot).all_now()))
