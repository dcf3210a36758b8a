"""Whatever is sent to the API is answered: never a server error, and a refusal leaves nothing behind.

Junk is put in the place of one value of an otherwise good request. The suite draws a few hundred such requests by a
seed that it prints; `make soak` sends them all.
"""

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction

from crm.base.context import institute_context
from crm.core.api.examples import ID, example_of
from crm.core.api.fields import Ref, Refs
from crm.outbox.models import Entry
from tests.architecture.api_matrix import OPERATIONS
from tests.architecture.test_api_matrix import FOUND
from tests.architecture.test_role_matrix import STAFF
from tests.architecture.world import make_world
from tests.factories.identity import give_role, make_user

HOW_MANY = 200
VALUES = [
    *(None, True, 0, -1, 1.5, 10**18, 10**30, -(2**63), "", " ", "\x00", "\ud800", "\u202e", "=1+1", "<b>", "%", "'"),
    *("\\", "x" * 5000, "0001-01-01", "9999-12-31", "2026-02-30", "9999-12-31T23:59:59Z", ID, [], [None], [[]], {}),
]
TEXTS = [
    "",
    " ",
    "\x00",
    "\u202e",
    "x" * 3000,
    "-1",
    "0",
    "9" * 40,
    "1e9",
    "null",
    "%",
    "2026-13-01",
    "9999-12-31",
    "é",
]
WHOLE = [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"{}", b'{"\\u0000": 1}', b"[" * 2000]

Case = tuple[str, dict[str, str], bytes]


def _good(body: Any) -> dict[str, Any]:
    """A request that names rows there are, where it names rows."""
    sent = example_of(body)
    for name, field in body.fields.items():
        if isinstance(field, Ref | Refs):
            row = field.rows().first()
            sent[name] = [str(row.pk)] if row and isinstance(field, Refs) else str(row.pk) if row else None
    return {name: value for name, value in sent.items() if value is not None}


def _cases() -> Iterator[Case]:
    for name, (_, operation) in FOUND.items():
        for parameter in [*(operation.filters.base_fields if operation.filters else ()), "cursor", "page_size", "x"]:
            if operation.method == "GET":
                yield from ((name, {parameter: text}, b"") for text in TEXTS)
        if operation.body:
            yield from ((name, {}, whole) for whole in WHOLE)
            good = _good(operation.body())
            for field in operation.body().fields:
                yield from ((name, {}, json.dumps(good | {field: value}).encode()) for value in VALUES)


@pytest.fixture
def world(yhiot, people, monkeypatch) -> dict[str, Any]:
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 10_000_000)
    return make_world(yhiot, people)


@pytest.fixture
def client(world, api_for, yhiot) -> Any:
    user = make_user("Everything")
    for role in STAFF:
        give_role(user, yhiot, role)
    client = api_for(user, yhiot)
    client.raise_request_exception = False
    return client


def _faults(client: Any, world: dict[str, Any], case: Case) -> Iterator[str]:
    name, query, body = case
    path, operation = FOUND[name]
    address = f"{path}/" + operation.address.replace("{id}", str(world.get(OPERATIONS[name].subject, "")))
    with transaction.atomic():
        before = Entry.objects.count()
        more = {"HTTP_IF_MATCH": "*"} if operation.versioned else {}
        response = client.generic(operation.method, f"{address}?{urlencode(query)}", body, **more)
        written = Entry.objects.count() - before
        transaction.set_rollback(True)
    said = f"{name} {query} {body[:200]!r}: {response.status_code}"
    if response.status_code >= 500:
        yield said
    elif response.status_code >= 400:
        if response["Content-Type"] != "application/problem+json":
            yield f"{said}, not a problem"
        if written:
            yield f"{said}, and {written} facts were recorded"


def _send(client: Any, world: dict[str, Any], institute: Any, cases: list[Case]) -> list[str]:
    with institute_context(institute.id):
        return [fault for case in cases for fault in _faults(client, world, case)]


def _all(institute: Any) -> list[Case]:
    with institute_context(institute.id):
        return list(_cases())


def test_junk_is_refused_with_a_problem(client, world, yhiot):
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}")
    every = _all(yhiot)
    drawn = random.Random(seed).sample(every, min(HOW_MANY, len(every)))
    assert _send(client, world, yhiot, drawn) == []


@pytest.mark.soak
def test_all_junk_is_refused_with_a_problem(client, world, yhiot):
    assert _send(client, world, yhiot, _all(yhiot)) == []
