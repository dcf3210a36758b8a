"""A file on its way through the pages, and by API."""

import base64
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.imports.models import ImportJob
from crm.imports.views.jobs import STOP_POLLING
from employers.models import Contact, Employer
from tests.factories.employers import make_employer
from tests.imports.steps import worked

LIST = b"Id,Supplier name ,Town\n7,Quickline,Hull\n8,,Leeds\n"


@pytest.fixture
def client(client_for, inside, yhiot):
    return client_for(inside, yhiot)


def text_of(response):
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split()).replace(" .", ".")


def _upload(client, content=LIST, name="suppliers.csv", kind="employers"):
    return client.post("/imports/new/", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def test_the_check_shows_the_employer_that_a_misspelt_name_may_mean(client):
    make_employer("Quickline Limited")
    _upload(client, b"Name,Town\nQuicklne Ltd,Hull\nFesto,Leeds\n")
    job = ImportJob.objects.get()
    client.post(f"/imports/{job.pk}/columns/", {"column-name": "0", "column-town": "1"})
    worked(job)
    page = text_of(client.get(f"/imports/{job.pk}/?show=duplicate"))
    assert "May be Quickline Limited: similar name" in page
    assert "It is Quickline Limited" in page and "Festo" not in page
    client.post(f"/imports/{job.pk}/apply/")
    worked(job)
    assert set(Employer.objects.values_list("name", flat=True)) == {"Quickline Limited", "Festo"}


def test_a_file_goes_from_upload_to_undo(client):
    response = _upload(client)
    job = ImportJob.objects.get()
    assert response.status_code == 302
    page = client.get(f"/imports/{job.pk}/")
    assert "Column names in row 1" in text_of(page)
    columns = {"column-name": "1", "column-source_key": "0", "column-town": "2", "source": "Council"}
    client.post(f"/imports/{job.pk}/columns/", columns)
    assert client.get(f"/imports/{job.pk}/progress/").status_code == 200
    worked(job)
    ended = client.get(f"/imports/{job.pk}/progress/")
    assert (ended.status_code, ended["HX-Redirect"].endswith(f"/imports/{job.pk}/")) == (STOP_POLLING, True)
    page = text_of(client.get(f"/imports/{job.pk}/"))
    assert "Check 2 rows before importing" in page
    assert "Name: Name is missing." in page
    assert "Employers here: 0, afterwards 1." in page
    assert Employer.objects.count() == 0
    client.post(f"/imports/{job.pk}/rows/3/fix/", {"fix-name": "Festo"})
    client.post(f"/imports/{job.pk}/apply/")
    worked(job)
    assert set(Employer.objects.values_list("name", "town")) == {("Quickline", "Hull"), ("Festo", "Leeds")}
    assert "Undo this import" in text_of(client.get(f"/imports/{job.pk}/"))
    client.post(f"/imports/{job.pk}/undo/")
    worked(job)
    assert Employer.objects.count() == 0
    assert "suppliers.csv" in text_of(client.get("/imports/"))


def test_the_columns_of_a_layout_are_remembered(client):
    _upload(client)
    first = ImportJob.objects.get()
    client.post(f"/imports/{first.pk}/columns/", {"column-name": "1", "column-sector": "2", "source": "Council"})
    _upload(client, LIST.upper())
    again = ImportJob.objects.exclude(pk=first.pk).get()
    assert (again.columns, again.source) == ({"name": 1, "sector": 2}, "Council")


def test_a_needed_column_that_is_not_matched_is_said_at_its_field(client):
    _upload(client)
    job = ImportJob.objects.get()
    response = client.post(f"/imports/{job.pk}/columns/", {"column-town": "2"})
    assert response.status_code == 422
    assert "Say which column holds: name." in text_of(response)


def test_bad_rows_are_downloaded_with_their_reasons_and_no_formula(client):
    _upload(client, b"Name,Company number,=2+2\n=1+1,nonsense,\n")
    job = ImportJob.objects.get()
    client.post(f"/imports/{job.pk}/columns/", {"column-name": "0", "column-company_number": "1"})
    worked(job)
    lines = client.get(f"/imports/{job.pk}/rejected.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Company number,'=2+2,Row,Reason"
    assert lines[1].startswith("'=1+1,nonsense,,2,Company number: “nonsense” is not a company number.")


def test_a_file_that_is_no_table_is_refused_at_its_field_and_kept_nowhere(client):
    response = _upload(client, b"MZ\x90\x00", name="list.csv")
    assert response.status_code == 422
    assert "This is a program, not a table." in text_of(response)
    assert not ImportJob.objects.exists()


def test_who_may_not_add_employers_sees_no_import_of_them(client, client_for, people, yhiot):
    _upload(client)
    coordinator = client_for(people.events_coordinator, yhiot)
    assert coordinator.get(f"/imports/{ImportJob.objects.get().pk}/").status_code == 404
    assert _upload(coordinator).status_code == 422


def test_contacts_go_in_by_api(api_for, inside, yhiot):
    api = api_for(inside, yhiot)
    make_employer("Quickline")
    content = (
        b"Name;E-mail;Employer\nJo Smith;JO@quickline.example;Quickline\nAl;al@nowhere;Quickline\nEm;;Nobody Ltd\n"
    )
    body = {"kind": "contacts", "file_name": "people.csv", "content": base64.b64encode(content).decode()}
    made = api.post("imports/", body)
    assert made.status_code == 201, made.json()
    address = f"imports/{made.json()['id']}/"
    assert made.json()["columns"] == {"name": 0, "email": 1, "employer": 2}
    assert api.post(f"{address}check/", {}).json()["state"] == "checking"
    worked(ImportJob.objects.get())
    assert api.get(address).json()["counts"] == {"read": 3, "created": 1, "updated": 0, "unchanged": 0, "rejected": 2}
    problems = api.get(f"{address}rows/?show=problem").json()
    assert [(row["number"], row["faults"][0]["field"]) for row in problems] == [(3, "email"), (4, "employer")]
    assert api.post(f"{address}apply/").json()["state"] == "applying"
    worked(ImportJob.objects.get())
    assert Contact.objects.get().email == "jo@quickline.example"
