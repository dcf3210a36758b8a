"""Files sent as forms: as large as a page takes them, done once, and refused before they are read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from crm.identity.roles import Permission
from crm.imports.models import ImportFile, ImportJob
from employers.models import RecordFile
from tests.api_client import ApiClient, make_token, new_key
from tests.factories.employers import make_employer
from tests.factories.facts import PDF

LIST = b"Name;Town\nQuickline;Hull\n"
LARGE = LIST + b"".join(b"Maker of things number %07d;Leeds\n" % number for number in range(90_000))


@pytest.fixture
def api(api_for, people, yhiot):
    return api_for(people.partnership_manager, yhiot)


def send(api, address, facts, content=LIST, *, name="suppliers.csv", boundary=BOUNDARY, **more):
    body = encode_multipart(boundary, {**facts, "file": SimpleUploadedFile(name, content)})
    return api.generic("POST", address, body, f"multipart/form-data; boundary={boundary}", **more)


def test_a_file_too_large_for_json_goes_in_as_a_form_and_only_once(api, inside):
    assert len(LARGE) > 3_000_000
    key = {"HTTP_IDEMPOTENCY_KEY": new_key()}
    made = send(api, "imports/", {"kind": "employers"}, LARGE, **key)
    assert (made.status_code, made.json()["columns"]) == (201, {"name": 0, "town": 1})
    again = send(api, "imports/", {"kind": "employers"}, LARGE, boundary="OtherWordsBetween", **key)
    assert (again.json()["id"], again["Idempotent-Replayed"]) == (made.json()["id"], "true")
    other = send(api, "imports/", {"kind": "employers"}, LARGE + b"Another;Hull\n", **key)
    assert other.json()["type"] == "urn:anchorpoint:problem:key_reused"
    assert (ImportJob.objects.count(), ImportFile.objects.count()) == (1, 1)
    assert ImportJob.objects.get().file_name == "suppliers.csv"


class Unread:
    """A body that nobody may read."""

    def read(self, *args):
        raise AssertionError("The body was read.")

    readline = read


def stated(api, length, address="imports/"):
    more = {"CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
    return api.generic("POST", address, b"", MULTIPART_CONTENT, **more)


def test_a_larger_one_is_refused_by_its_stated_length_before_it_is_read(api, inside):
    assert stated(api, 60 * 1024 * 1024).status_code == 413
    assert stated(api, 3 * 1024 * 1024, "employers/").status_code == 413


def test_who_may_not_send_files_is_held_to_small_bodies_and_refused(people, yhiot, inside):
    api = ApiClient(make_token(people.partnership_manager, yhiot, {Permission.SEE_EMPLOYERS}).secret)
    assert stated(api, 3 * 1024 * 1024).status_code == 413
    assert send(api, "imports/", {"kind": "employers"}).status_code == 403
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize(
    "facts, pointer", [({}, "/kind"), ({"kind": "nonsense"}, "/kind"), ({"kind": "employers", "size": "1"}, "/size")]
)
def test_what_is_wrong_in_a_form_is_pointed_at(api, inside, facts, pointer):
    refused = send(api, "imports/", facts)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert not ImportJob.objects.exists()


def test_a_form_without_its_file_or_with_an_unreadable_one_is_pointed_at(api, inside):
    body = encode_multipart(BOUNDARY, {"kind": "employers"})
    missing = api.generic("POST", "imports/", body, MULTIPART_CONTENT)
    hostile = send(api, "imports/", {"kind": "employers"}, b"MZ\x90\x00")
    for refused in (missing, hostile):
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/file")


def test_a_part_that_stands_twice_is_refused(api, inside):
    assert send(api, "imports/", {"kind": ["employers", "contacts"]}).status_code == 400


def test_a_form_is_refused_where_no_file_is_taken(api, inside):
    assert send(api, "employers/", {"name": "Quickline"}).status_code == 415


def test_a_file_comes_to_a_record_as_a_form(api, inside):
    employer = make_employer("Quickline")
    content = PDF + b"\n% " + b"x" * 2_500_000
    made = send(api, "files/", {"employer": str(employer.pk)}, content, name="minutes.pdf")
    assert (made.status_code, made.json()["kind"], made.json()["size"]) == (201, "pdf", len(content))
    assert RecordFile.objects.get().name == "minutes.pdf"
