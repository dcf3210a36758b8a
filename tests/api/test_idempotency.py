"""A request that is sent again is done once."""

import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.db import connection

from crm.base.clock import now
from crm.base.context import institute_context
from crm.core.models import IdempotencyKey
from employers.actions import merge_employers
from employers.models import Employer
from tests.api_client import ApiClient, make_token, new_key
from tests.factories.employers import make_employer
from tests.factories.identity import give_role, make_institute, make_user
from workers.pruning import forget_old_answers
from workers.shapes import institutes_with_work


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def _names():
    return sorted(Employer.objects.values_list("name", flat=True))


def test_the_same_request_again_gets_the_same_answer_and_writes_nothing(api, inside):
    key = new_key()
    first = api.post("employers/", {"name": "Arco"}, key=key)
    again = api.post("employers/", {"name": "Arco"}, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert _names() == ["Arco"]


def test_a_refusal_is_repeated_too(api, inside):
    key = new_key()
    first = api.post("employers/", {"name": ""}, key=key)
    again = api.post("employers/", {"name": ""}, key=key)
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.json() == first.json() and again["Idempotent-Replayed"] == "true"


def test_another_request_with_the_key_is_refused(api, inside):
    key = new_key()
    api.post("employers/", {"name": "Arco"}, key=key)
    for address, body in (("employers/", {"name": "Other"}), ("contacts/", {"name": "Arco"})):
        refused = api.post(address, body, key=key)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:anchorpoint:problem:key_reused")
    assert _names() == ["Arco"]


def test_a_conflict_is_not_kept_so_that_it_can_be_tried_again(api, inside):
    make_employer("Arco")
    key = new_key()
    assert api.post("employers/", {"name": "Arco Ltd"}, key=key).status_code == 409
    Employer.objects.all().delete()
    assert api.post("employers/", {"name": "Arco Ltd"}, key=key).status_code == 201


def test_a_crash_is_not_kept_either(api, inside, monkeypatch):
    key = new_key()
    api.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("employers.api.employers.add_employer", lambda **_: 1 / 0)
        assert api.post("employers/", {"name": "Arco"}, key=key).status_code == 500
    assert api.post("employers/", {"name": "Arco"}, key=key).status_code == 201


def test_keys_of_two_tokens_are_two_keys(api, api_for, people, yhiot, inside):
    key, other = new_key(), api_for(people.partnership_manager, yhiot)
    assert api.post("employers/", {"name": "Arco"}, key=key).status_code == 201
    assert other.post("employers/", {"name": "Siemens Gamesa"}, key=key).status_code == 201


@pytest.mark.parametrize("key", ["two words", "ü", "x" * 201, "\x01"])
def test_a_key_that_is_none_is_refused(key, api, inside):
    assert api.post("employers/", {"name": "Arco"}, key=key).status_code == 400
    assert _names() == []


def test_a_key_is_free_again_after_a_day(api, inside):
    key = new_key()
    api.post("employers/", {"name": "Arco"}, key=key)
    with time_machine.travel(now() + dt.timedelta(hours=25), tick=False):
        assert api.post("employers/", {"name": "Quite another"}, key=key).status_code == 201


def test_work_of_somebody_killed_is_taken_over_after_a_minute(api, inside):
    key = new_key()
    api.post("employers/", {"name": ""}, key=key)
    IdempotencyKey.objects.update(status=None, claim=uuid.uuid4())  # as a kill leaves it
    waiting = api.post("employers/", {"name": ""}, key=key)
    assert (waiting.status_code, waiting["Retry-After"]) == (409, "2")
    IdempotencyKey.objects.update(taken_at=now() - dt.timedelta(seconds=61))
    assert api.post("employers/", {"name": ""}, key=key).status_code == 422


def test_who_was_thought_dead_does_not_write_after_all(api, inside, monkeypatch):
    """Another took the key over while this request still worked: its work is undone, not done twice."""
    key = new_key()

    def slow(**facts):
        IdempotencyKey.objects.update(claim=uuid.uuid4())
        return make_employer(facts["name"])

    monkeypatch.setattr("employers.api.employers.add_employer", slow)
    assert api.post("employers/", {"name": "Arco"}, key=key).status_code == 409
    assert _names() == []


def test_ten_at_once_with_one_key_write_once(committed):
    yhiot = make_institute("yhiot")
    manager = make_user("Sam Field")
    give_role(manager, yhiot, "partnership_manager")
    secret, key, answers = make_token(manager, yhiot).secret, new_key(), []
    start = threading.Barrier(10)

    def send():
        start.wait()
        answers.append(ApiClient(secret).post("employers/", {"name": "Arco"}, key=key))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert [a.status_code for a in answers if "Idempotent-Replayed" not in a].count(201) == 1
    with institute_context(yhiot.id):
        assert _names() == ["Arco"]
    assert ApiClient(secret).post("employers/", {"name": "Arco"}, key=key)["Idempotent-Replayed"] == "true"


def test_answers_are_forgotten_after_a_day(api, inside, yhiot):
    api.post("employers/", {"name": "Arco"}, key=new_key())
    api.post("employers/", {"name": "Siemens Energy"}, key=new_key())
    assert institutes_with_work("old_answers") == []
    old = IdempotencyKey.objects.order_by("id").first()
    IdempotencyKey.objects.filter(pk=old.pk).update(taken_at=now() - dt.timedelta(hours=26))
    assert institutes_with_work("old_answers") == [yhiot.pk]
    assert (forget_old_answers(), forget_old_answers()) == (1, 0)
    assert IdempotencyKey.objects.count() == 1


def test_a_key_goes_along_to_where_a_merged_employer_is_now(api, inside):
    kept, merged = make_employer("Quickline"), make_employer("Quick Line")
    merge_employers(kept=kept, merged=merged, by=inside)
    key = new_key()
    moved = api.post(f"employers/{merged.pk}/stage/", {"stage": "active"}, key=key)
    assert moved.status_code == 308
    there = api.post(moved["Location"], {"stage": "active"}, key=key)
    assert (there.status_code, there.json()["stage"]) == (200, "active")
