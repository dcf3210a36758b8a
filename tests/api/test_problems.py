"""Whatever is wrong, the answer has one shape, says what to do, and nothing was written."""

import json

import pytest
from django.conf import settings

from employers.models import Employer
from tests.factories.employers import make_employer

SHAPE = {"type", "title", "status", "detail", "instance", "errors", "request_id"}


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def _problem(response):
    problem = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert set(problem) >= SHAPE
    assert problem["status"] == response.status_code
    assert problem["request_id"] == response["X-Request-ID"]
    return problem


BODIES = {
    "no JSON": (b"{", 400),
    "not UTF-8": (b'{"name": "\xff"}', 400),
    "a name twice": (b'{"name": "a", "name": "b"}', 400),
    "not a number": (b'{"name": NaN}', 400),
    "endless nesting": (b"[" * 100_000, 400),
    "deep nesting": (b"[" * 30 + b"]" * 30, 400),
    "a number of 5,000 digits": (b'{"minutes": ' + b"9" * 5000 + b"}", 400),
    "a number beyond 64 bits": (b'{"name": 99999999999999999999}', 422),
    "infinity": (b'{"name": 1e999}', 422),
    "NUL": (b'{"name": "a\\u0000b"}', 422),
    "half a character": (b'{"name": "\\ud800"}', 422),
    "half a character in a name": (b'{"\\ud800": 1}', 422),
    "a list": (b'["name"]', 422),
    "a text": (b'"name"', 422),
    "null": (b"null", 422),
    "no name": (b"{}", 422),
    "an unknown field": (b'{"name": "Arco", "institute": "x"}', 422),
    "a number for a text": (b'{"name": 5}', 422),
    "a text for a flag": (b'{"name": "Arco", "confirmed": "yes"}', 422),
    "a long text": (b'{"name": "' + b"a" * 201 + b'"}', 422),
    "an id that is none": (b'{"name": "Arco", "tier": "first"}', 422),
    "a date that is none": (b'{"name": "Arco", "since_on": "2026-02-30"}', 422),
    "a year that is none": (b'{"name": "Arco", "since_on": "0001-01-01"}', 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_is_refused_with_a_sentence(name, api, yhiot, inside):
    body, status = BODIES[name]
    response = api.generic("POST", "employers/", body)
    problem = _problem(response)
    assert response.status_code == status, problem
    assert problem["errors"] or problem["detail"].startswith("The body")
    assert Employer.objects.count() == 0


def test_errors_point_at_what_is_wrong(api, yhiot):
    body = {"name": 5, "tier": "x", "a/b~c": 1}
    problem = _problem(api.post("employers/", body))
    assert [error["pointer"] for error in problem["errors"]] == ["/a~1b~0c"]  # unknown names first
    body.pop("a/b~c")
    problem = _problem(api.post("employers/", body))
    assert {(e["pointer"], e["code"]) for e in problem["errors"]} == {("/name", "invalid"), ("/tier", "invalid")}
    nested = {"kind": "call", "summary": "x", "next_step": {"title": "x", "due_on": "soon", "by": 1}}
    problem = _problem(api.post("engagements/", nested))
    assert {e["pointer"] for e in problem["errors"]} == {"/employer", "/next_step/by"}


QUERIES = {
    "unknown=1": ("unknown", "unknown"),
    "stage=active&stage=ended": ("stage", "twice"),
    "page_size=0": ("page_size", "invalid"),
    "page_size=101": ("page_size", "invalid"),
    "page_size=%C2%B2": ("page_size", "invalid"),
    "page_size=9999999999999": ("page_size", "invalid"),
    "cursor=abc": ("cursor", "invalid"),
    "cursor=%00": ("cursor", "unstorable"),
    "view=others": ("view", "invalid_choice"),
    "sort=postcode": ("sort", "invalid_choice"),
    "q=%00": ("q", "unstorable"),
    "stage=%00": ("stage", "unstorable"),
    "updated_since=2026-01-01": ("updated_since", "invalid"),
    "updated_since=2026-01-01T00:00:00": ("updated_since", "invalid"),
    "updated_since=9999-12-31T23:59:59-14:00": ("updated_since", "invalid"),
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_is_not_understood_is_refused_by_name(query, api, yhiot):
    problem = _problem(api.get(f"employers/?{query}"))
    parameter, code = QUERIES[query]
    assert problem["status"] == 400
    assert (parameter, code) in {(error["parameter"], error["code"]) for error in problem["errors"]}


def test_a_get_of_one_row_and_a_post_take_no_parameters(api, inside):
    employer = make_employer("Arco")
    assert _problem(api.get(f"employers/{employer.pk}/?full=1"))["status"] == 400
    assert _problem(api.post(f"employers/{employer.pk}/stage/?dry=1", {"stage": "ended"}))["status"] == 400


def test_updated_since_is_for_rows_that_know_when_they_changed(api, yhiot):
    assert _problem(api.get("tiers/?updated_since=2026-01-01T00:00:00Z"))["errors"][0]["code"] == "unknown"


def test_addresses_methods_and_media_types_that_are_not_there(api, inside):
    employer = make_employer("Arco")
    assert _problem(api.get("nothing/"))["status"] == 404
    assert _problem(api.get("employers/first/"))["status"] == 404
    assert _problem(api.get("employers"))["status"] == 404
    assert _problem(api.generic("DELETE", f"employers/{employer.pk}/"))["status"] == 405
    assert _problem(api.generic("PUT", "employers/", "{}"))["status"] == 405
    assert _problem(api.generic("OPTIONS", "employers/"))["status"] == 405
    assert _problem(api.generic("POST", "employers/", "a=b", "application/x-www-form-urlencoded"))["status"] == 415
    assert _problem(api.get("employers/", HTTP_ACCEPT="text/html"))["status"] == 406
    assert api.generic("HEAD", "employers/").status_code == 200


def test_a_body_beyond_the_limit_is_refused(api, monkeypatch):
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 1000)
    problem = _problem(api.post("employers/", {"name": "a" * 2000}))
    assert problem["status"] == 413


def test_an_unknown_and_a_foreign_id_get_the_same_answer(api, yhiot, liot, inside):
    unknown = _problem(api.get("employers/0193a6c2-7b1e-7c3a-9d52-4f1f0a6d2b10/"))
    assert unknown["status"] == 404
    assert unknown["detail"] == "Check the address: it may be gone, or you may not see it."


def test_a_crash_says_nothing_about_itself(api, monkeypatch, inside):
    def crash(*args, **kwargs):
        make_employer("Half done")
        raise RuntimeError("secret words")

    monkeypatch.setattr("employers.api.employers.add_employer", crash)
    api.raise_request_exception = False
    response = api.post("employers/", {"name": "Arco"})
    assert _problem(response)["status"] == 500
    assert "secret" not in json.dumps(response.json())
    assert Employer.objects.count() == 0


def test_answers_are_never_kept_by_caches(api, inside):
    for response in (api.get("employers/"), api.get("nothing/"), api.post("employers/", {})):
        assert response["Cache-Control"] == "no-store"
