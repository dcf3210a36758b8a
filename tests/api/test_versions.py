"""Two people change the same thing: the second is told, with the state as it is now."""

import uuid

import pytest

from employers.rollups import refresh_health
from tests.factories.employers import make_contact, make_employer


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def test_a_change_names_the_version_it_was_made_from(api, inside):
    address = f"employers/{make_employer('Arco').pk}/"
    tag = api.get(address)["ETag"]
    changed = api.patch(address, {"town": "Hull"}, etag=tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag and changed["ETag"] == api.get(address)["ETag"]


def test_a_change_of_an_old_version_is_refused_with_the_current_one(api, inside):
    employer = make_employer("Arco")
    address = f"employers/{employer.pk}/"
    tag = api.get(address)["ETag"]
    api.patch(address, {"town": "Hull"}, etag=tag)
    refused = api.patch(address, {"town": "York"}, etag=tag)
    assert refused.status_code == 412
    assert refused.json()["current"]["town"] == "Hull"
    employer.refresh_from_db()
    assert employer.town == "Hull"
    assert api.patch(address, {"town": "York"}, etag=refused["ETag"]).status_code == 200


@pytest.mark.parametrize("tag", ["", '"x"', 'W/"x"', "nothing"])
def test_a_change_without_the_version_is_refused(tag, api, inside):
    employer = make_employer("Arco", town="Hull")
    refused = api.patch(f"employers/{employer.pk}/", {"town": "York"}, etag=tag)
    assert refused.status_code == (412 if tag else 428)
    employer.refresh_from_db()
    assert employer.town == "Hull"


def test_the_version_covers_what_the_reader_saw_of_other_rows(api, inside):
    """A contact's roles are rows of another table."""
    address = f"contacts/{make_contact(make_employer('Arco')).pk}/"
    tag = api.get(address)["ETag"]
    api.post(address + "give-role/", {"role": "main"})
    assert api.patch(address, {"job_title": "Director"}, etag=tag).status_code == 412


def test_a_reader_who_has_the_version_gets_it_no_second_time(api, inside):
    address = f"employers/{make_employer('Arco').pk}/"
    tag = api.get(address)["ETag"]
    again = api.get(address, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(address, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_what_a_worker_makes_of_an_employer_makes_no_version_old_and_is_read_anew(api, inside):
    made = api.post("employers/", {"name": "Arco"})
    address, tag = f"employers/{made.json()['id']}/", made["ETag"]
    refresh_health([uuid.UUID(made.json()["id"])])
    assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200
    changed = api.patch(address, {"town": "Hull"}, etag=tag)
    assert changed.status_code == 200, changed.json()
    assert api.get(address, HTTP_IF_NONE_MATCH=changed["ETag"]).status_code == 304
    assert api.patch(address, {"town": "York"}, etag=tag).status_code == 412
