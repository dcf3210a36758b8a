"""Files with a record: kept by content, given back safely, removed with a trace."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.core.files import LARGEST
from crm.outbox.models import Entry
from employers.actions.files import remove_file
from employers.models import FileContent, RecordFile
from tests.factories.employers import make_employer
from tests.factories.facts import PDF, make_file


def test_a_file_is_kept_once_with_its_digest(inside, quickline):
    kept = make_file(quickline, inside, name="C:\\minutes.exe")
    assert (kept.name, kept.kind, kept.size) == ("minutes.exe.pdf", "pdf", len(PDF))
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    with pytest.raises(Conflict, match="minutes"):
        make_file(quickline, inside)
    make_file(make_employer(), inside)
    assert FileContent.objects.count() == 2
    assert "name" not in Entry.objects.filter(type="employers.file_added").first().payload


def test_a_removed_file_leaves_who_when_why_and_its_digest(inside, quickline):
    kept = make_file(quickline, inside)
    with pytest.raises(DomainError):
        remove_file(file=kept, reason=" ", by=inside)
    assert FileContent.objects.exists()
    gone = remove_file(file=kept, reason="Sent by mistake", by=inside)
    assert (gone.removed_by, gone.reason, gone.sha256) == (inside, "Sent by mistake", kept.sha256)
    assert not FileContent.objects.exists()
    with pytest.raises(Conflict):
        remove_file(file=kept, reason="again", by=inside)
    assert make_file(quickline, inside).pk != kept.pk  # the same may come again
    removed = Entry.objects.get(type="employers.file_removed").payload
    assert removed["sha256"] == kept.sha256


def test_a_file_is_added_saved_and_removed_on_pages(manager, quickline):
    page = f"/employers/{quickline.pk}/files/add/"
    assert 'enctype="multipart/form-data"' in manager.get(page).content.decode()
    manager.post(page, {"file": SimpleUploadedFile("minutes.pdf", PDF, "text/html")})
    kept = RecordFile.objects.get()
    assert "minutes.pdf" in manager.get(f"/employers/{quickline.pk}/").content.decode()
    saved = manager.get(f"/employers/files/{kept.pk}/")
    assert saved.content == PDF
    assert saved["Content-Type"] == "application/pdf"
    assert saved["Content-Disposition"].startswith("attachment;")
    assert saved["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Cache-Control"] == "no-store"
    manager.post(f"/employers/files/{kept.pk}/remove/", {"reason": "Old"})
    assert manager.get(f"/employers/files/{kept.pk}/").status_code == 404
    listed = manager.get(f"/employers/{quickline.pk}/files/").content.decode()
    assert "Removed" in listed
    assert "Old" in listed


def test_a_large_file_is_kept_and_one_too_large_is_refused_in_words(manager, quickline):
    page = f"/employers/{quickline.pk}/files/add/"
    large = PDF + bytes(5 * 1024 * 1024)  # more than a form without files may have
    assert manager.post(page, {"file": SimpleUploadedFile("large.pdf", large)}).status_code == 302
    kept = RecordFile.objects.get()
    assert (kept.size, manager.get(f"/employers/files/{kept.pk}/").content) == (len(large), large)
    refused = manager.post(page, {"file": SimpleUploadedFile("larger.pdf", PDF + bytes(LARGEST))})
    assert (refused.status_code, "larger than 10 MB" in refused.content.decode()) == (422, True)
    assert RecordFile.objects.count() == 1


def test_an_upload_beyond_every_limit_is_not_read(manager, quickline, settings):
    settings.UPLOAD_MAX_SIZE = 1024
    refused = manager.post(f"/employers/{quickline.pk}/files/add/", {"file": SimpleUploadedFile("x.pdf", PDF * 99)})
    assert refused.status_code == 400
    assert not RecordFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("page.pdf", b"<html><script>alert(1)</script>"), ("picture.png", b"<svg/>"), ("empty.pdf", b"")],
)
def test_what_a_file_is_called_decides_nothing(manager, quickline, name, data):
    refused = manager.post(f"/employers/{quickline.pk}/files/add/", {"file": SimpleUploadedFile(name, data)})
    assert refused.status_code == 422
    assert not RecordFile.objects.exists()


def test_another_institute_gets_no_file(client_for, people, liot, inside, quickline):
    kept = make_file(quickline, inside)
    stranger = client_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(f"/employers/files/{kept.pk}/").status_code == 404
    with institute_context(liot.id):
        assert not FileContent.objects.exists()


def test_files_by_api(api_for, people, yhiot, quickline):
    api = api_for(people.partnership_manager, yhiot)
    sent = {"employer": str(quickline.pk), "name": "minutes", "content": "JVBERi0xLjcK"}
    made = api.post("files/", sent)
    assert made.status_code == 201, made.json()
    address = f"files/{made.json()['id']}/"
    assert (made.json()["name"], made.json()["kind"]) == ("minutes.pdf", "pdf")
    assert api.get(address + "content/").json()["content"] == "JVBERi0xLjcK"
    for wrong in ("no base64!", "PHN2Zy8+"):
        assert api.post("files/", {**sent, "content": wrong}).json()["errors"][0]["pointer"] == "/content"
    assert api.post("files/", sent).status_code == 409
    assert api.post(address + "remove/", {"reason": "Old"}).json()["reason"] == "Old"
    assert api.get(address + "content/").status_code == 404
    assert len(api.get(f"files/?employer={quickline.pk}").json()["items"]) == 1
