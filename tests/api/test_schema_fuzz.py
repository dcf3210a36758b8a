"""What the schema allows, and what it forbids, sent to every operation as each role by schemathesis.

Every answer is one that the schema promises, none is a server error, none holds a row of another institute, and what
is refused leaves nothing behind. The suite sends the same 500 each time, so that what it says depends on the change
alone; `make soak` sends 5,000 others, by a seed that it prints.
"""

import json
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from crm.base.context import institute_context
from crm.core.api.documents import schema_text
from crm.outbox.models import Entry
from tests.api_client import make_token
from tests.architecture.api_matrix import OPERATIONS
from tests.architecture.test_role_matrix import STAFF
from tests.conftest import People

IN_THE_SUITE, BY_NAME = 500, 5_000
SEED = 20261122
SHARED = {"organisation", "provider", "school"}  # registers that all institutes read
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    """Every operation of the schema, by the name that the API's matrix gives it."""
    schema = schemathesis.openapi.from_dict(json.loads(schema_text("json")))
    schema.app = WSGIHandler()
    found = [result.ok() for result in schema.get_all_operations()]
    names = {name.replace("-", "_").replace(".", "_"): name for name in OPERATIONS}
    return {names[operation.definition.raw["operationId"]]: operation for operation in found}


@pytest.fixture
def people(worlds, db) -> People:
    return worlds.people


@pytest.fixture
def world(worlds, monkeypatch) -> dict[str, Any]:
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 10_000_000)
    return worlds.here


@pytest.fixture
def foreign(worlds, world) -> dict[str, Any]:
    """Another institute's rows, without what all institutes share."""
    return {
        name: str(key)
        for name, key in worlds.foreign.items()
        if isinstance(key, UUID) and key not in world.values() and name not in SHARED
    }


def _case(operation: Any, mode: GenerationMode, rows: list[Any]) -> st.SearchStrategy[Any]:
    """A request for one of those rows, or for whatever the schema lets or forbids."""
    known = [{"id": str(row)} for row in rows if row and "{id}" in operation.path]
    return st.sampled_from([None, *known]).flatmap(lambda path: operation.as_strategy(mode, path_parameters=path))


def _send(case: Any, secret: str) -> tuple[Any, int]:
    """The answer, and how many facts were recorded; all of it is rolled back."""
    with transaction.atomic():
        before = Entry.objects.count()
        response = case.call(headers={"Authorization": f"Bearer {secret}", "If-Match": "*"})
        written = Entry.objects.count() - before
        transaction.set_rollback(True)
    return response, written


def _fuzz(
    operations: dict[str, Any], world: dict[str, Any], foreign: dict[str, Any], secret: str, cases: int, seed: int
) -> None:
    print(f"seed {seed}")

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=cases, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @hypothesis.given(st.data())
    def ask(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(operations)))
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        subject = OPERATIONS[name].subject
        case = data.draw(_case(operations[name], mode, [world.get(subject), foreign.get(subject)]))
        response, written = _send(case, secret)
        case.validate_response(response, checks=CHECKS)
        asked_for = str((case.path_parameters or {}).get("id"))
        leaked = {what for what, key in foreign.items() if key != asked_for and key in response.text}
        assert not leaked, f"{name} answers with another institute's {leaked}"
        assert response.status_code >= 400 or asked_for not in foreign.values(), f"{name} answers for a foreign row"
        assert response.status_code < 400 or not written, f"{name} refused and recorded {written} facts"

    ask()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request must not close the connection that the test rolls back; Django's own test client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def fuzz(operations, world, foreign, people, yhiot, one_connection):
    def run(role: str, cases: int, seed: int) -> None:
        secret = make_token(getattr(people, role), yhiot).secret
        with institute_context(yhiot.id):
            _fuzz(operations, world, foreign, secret, cases, seed)

    return run


@pytest.mark.parametrize("role", STAFF)
def test_every_answer_is_one_the_schema_promises(fuzz, role):
    fuzz(role, IN_THE_SUITE // len(STAFF), SEED)


@pytest.mark.soak
@pytest.mark.parametrize("role", STAFF)
def test_five_thousand_answers_are_what_the_schema_promises(fuzz, role):
    fuzz(role, BY_NAME // len(STAFF), random.SystemRandom().randrange(10**9))
