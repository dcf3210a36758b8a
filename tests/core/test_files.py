"""What a handed-in file is, whatever it is called, and how it is given back."""

import io
import zipfile

import pytest

from crm.base.errors import DomainError
from crm.core.files import KINDS, LARGEST, attachment, clean_file_name, inspect

TYPES = "[Content_Types].xml"


def container(*members, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in members:
            file.writestr(name, more.get(name, "x"))
    return out.getvalue()


ODT = container("mimetype", "content.xml", mimetype=KINDS["odt"].media_type)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0..JFIF", "jpeg"),
        (container(TYPES, "word/document.xml"), "docx"),
        (container(TYPES, "xl/workbook.xml", "xl/worksheets/sheet1.xml"), "xlsx"),
        (container(TYPES, "ppt/presentation.xml"), "pptx"),
        (ODT, "odt"),
        ("Café, 5 < 6\n".encode(), "text"),
        ("Café; 1\r\n".encode("cp1252"), "text"),
        (b"\xef\xbb\xbfname,town\n", "text"),
    ],
)
def test_a_file_is_what_its_content_says(data, kind):
    assert inspect(data) == kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"a" * (LARGEST + 1), "larger than 10 MB"),
        (b"MZ\x90\x00\x03\x00", "cannot be kept"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office files"),
        (b"<!DOCTYPE html><p>hello", "cannot be kept"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "cannot be kept"),
        (b"  \n<?xml version='1.0'?><svg/>", "cannot be kept"),
        (b"hello <script>alert(1)</script>", "cannot be kept"),
        (b"GIF89a\x01\x00", "cannot be kept"),
        (b"text with a NUL \x00", "cannot be kept"),
        (container("readme.txt"), "archive"),
        (container(TYPES, "visio/document.xml"), "archive"),
        (container(TYPES, "xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (container(TYPES, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macros"),
        (container(TYPES, "word/document.xml", "word/embeddings/oleObject1.bin"), "embedded"),
        (container("mimetype", "Basic/Standard/x.xml", mimetype=KINDS["odt"].media_type), "macros"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (container(*(f"p{n}" for n in range(5001))), "damaged"),
    ],
)
def test_what_might_run_or_cannot_be_told_is_refused(data, said):
    with pytest.raises(DomainError) as refused:
        inspect(data)
    assert said.lower() in refused.value.message.lower()
    assert refused.value.field == "file"


def test_a_container_protected_by_a_password_is_refused():
    data = bytearray(container(TYPES, "word/document.xml"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    with pytest.raises(DomainError, match="password"):
        inspect(bytes(data))


@pytest.mark.parametrize(
    ("name", "kind", "cleaned"),
    [
        ("minutes.pdf", "pdf", "minutes.pdf"),
        ("report.pdf.exe", "pdf", "report.pdf.exe.pdf"),
        ("page.html", "text", "page.html.txt"),
        ("list.CSV", "text", "list.csv"),
        ("../../etc/passwd", "text", "passwd.txt"),
        ("C:\\fakepath\\photo.JPEG", "jpeg", "photo.jpeg"),
        ("a\u202egpj.exe\x00\n", "png", "agpj.exe.png"),
        ("", "pdf", "file.pdf"),
        (".pdf", "pdf", "file.pdf"),
        ("é" * 300, "pdf", "é" * 146 + ".pdf"),
    ],
)
def test_a_file_is_named_after_what_it_is(name, kind, cleaned):
    assert clean_file_name(name, kind) == cleaned


def test_a_file_comes_back_to_be_saved_and_never_shown():
    response = attachment('Straße "1".pdf', "pdf", b"%PDF-1.7")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''Stra%C3%9Fe%20%221%22.pdf"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
