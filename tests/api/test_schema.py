"""The schema is valid, says what every operation answers, and its examples are true to it."""

import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from crm.core.api.documents import schema_text


@pytest.fixture(scope="module")
def schema():
    return json.loads(schema_text("json"))


def _operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_it_is_valid_openapi(schema):
    assert schema["openapi"] == "3.1.1"
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_it_is_made_without_a_warning(capsys):
    schema_text.__wrapped__("json")
    assert capsys.readouterr().err == ""


def test_every_operation_says_what_it_does_and_how_it_refuses(schema):
    for name, operation in _operations(schema):
        assert operation["summary"] and operation["tags"] and operation["security"] == [{"token": []}], name
        assert {"400", "401", "403", "429", "500", "503"} <= set(operation["responses"]), name
        if name.startswith("post"):
            assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}, name
            assert "409" in operation["responses"], name
        if name.startswith("patch"):
            assert {"412", "428"} <= set(operation["responses"]), name


def _example_faults(schema, media):
    for name, example in media.get("examples", {}).items():
        validator = Draft202012Validator({**media["schema"], "components": schema["components"]})
        yield from (f"{name}: {error.message}" for error in validator.iter_errors(example["value"]))


def test_every_body_and_answer_has_an_example_that_its_schema_allows(schema):
    faults = []
    for name, operation in _operations(schema):
        answers = [schema["components"]["responses"][a["$ref"].rpartition("/")[2]] if "$ref" in a else a
                   for a in operation["responses"].values()]  # fmt: skip
        for part in [operation.get("requestBody", {}), *answers]:
            for media in part.get("content", {}).values():
                if not media.get("examples"):
                    faults.append(f"{name}: no example")
                faults += [f"{name}: {fault}" for fault in _example_faults(schema, media)]
    assert faults == []


def test_it_is_open_to_everybody_as_json_and_yaml(client):
    assert client.get("/api/schema/").json()["info"]["title"] == "Anchorpoint API"
    as_yaml = client.get("/api/schema/?format=yaml")
    assert as_yaml.content.startswith(b"openapi: 3.1.1")
