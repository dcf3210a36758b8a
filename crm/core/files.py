"""Files that people hand in: what they are by their content, and how they are given back.

Only kinds that a browser or an office program shows without running anything are taken. What a file is called, or what
the browser says it is, decides nothing. (No library tells a workbook with macros from one without; Python's own zipfile
does. Nothing is unpacked: only the list of a container's members is read.)
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpResponse

from crm.base.errors import DomainError

LARGEST = 10 * 1024 * 1024
MOST_MEMBERS = 5_000
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is kept: its name for people, its media type, and how its name may end (the first is added
    to a name that ends otherwise)."""

    label: str
    media_type: str
    endings: tuple[str, ...]


KINDS = {
    "pdf": FileKind("PDF", "application/pdf", (".pdf",)),
    "docx": FileKind("Word document", f"{_OFFICE}wordprocessingml.document", (".docx",)),
    "xlsx": FileKind("Excel workbook", f"{_OFFICE}spreadsheetml.sheet", (".xlsx",)),
    "pptx": FileKind("PowerPoint", f"{_OFFICE}presentationml.presentation", (".pptx",)),
    "odt": FileKind("OpenDocument text", f"{_ODF}text", (".odt",)),
    "ods": FileKind("OpenDocument sheet", f"{_ODF}spreadsheet", (".ods",)),
    "odp": FileKind("OpenDocument slides", f"{_ODF}presentation", (".odp",)),
    "png": FileKind("PNG picture", "image/png", (".png",)),
    "jpeg": FileKind("JPEG picture", "image/jpeg", (".jpg", ".jpeg")),
    "text": FileKind("Text", "text/plain", (".txt", ".csv", ".md")),
}
TAKEN = "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or plain text"
_STARTS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_MAIN_PART = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODF_KINDS = {KINDS[kind].media_type.encode(): kind for kind in ("odt", "ods", "odp")}
# Parts that run, or that carry something else that does (in both families of formats).
_RUNS = re.compile(r"vbaproject|vbadata|(^|/)(macrosheets|activex|embeddings|basic|scripts)/", re.IGNORECASE)
# What a browser that guesses would take for a page.
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)


def inspect(data: bytes) -> str:
    """The key in KINDS of what these bytes are.

    Raises DomainError (field "file") when it is empty, larger than LARGEST, of a kind that is not kept, encrypted or
    damaged, or when it holds macros or embedded objects.
    """
    if not data:
        raise _refused("This file is empty.")
    if len(data) > LARGEST:
        raise _refused(f"This file is larger than {LARGEST // 1024 // 1024} MB. Keep it elsewhere and note where.")
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _inspect_container(data)
    if _is_text(data):
        return "text"
    raise _refused(f"This kind of file cannot be kept here, only {TAKEN}. Save old Office files anew.")


def clean_file_name(name: str, kind: str) -> str:
    """What a file of that kind is called here: no path, no hidden character, at most 150 characters, and the ending of
    what it is (a PDF that came as report.pdf.exe is called report.pdf.exe.pdf)."""
    line = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    line = re.split(r"[/\\]", line)[-1].strip()
    endings = KINDS[kind].endings
    ending = next((e for e in endings if line.lower().endswith(e)), "")
    stem = line[: len(line) - len(ending)].strip(" .") or "file"
    ending = ending or endings[0]
    return stem[: 150 - len(ending)] + ending


def attachment(name: str, kind: str, data: bytes) -> HttpResponse:
    """The file as something to save, never to show: whatever it holds runs nowhere on our address."""
    headers = {
        "Content-Type": KINDS[kind].media_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return HttpResponse(data, headers=headers)


def _inspect_container(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = container.infolist()
            names = {member.filename for member in members}
            odf = container.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _refused("This file is damaged or protected by a password.") from error
    if len(members) > MOST_MEMBERS or any(member.flag_bits & 1 for member in members):
        raise _refused("This file is damaged or protected by a password.")
    if any(_RUNS.search(name) for name in names):
        raise _refused("This document holds macros or embedded objects. Save it without them, or as a PDF.")
    if odf in _ODF_KINDS:
        return _ODF_KINDS[odf]
    if "[Content_Types].xml" in names:
        for part, kind in _MAIN_PART.items():
            if part in names:
                return kind
    raise _refused(f"An archive cannot be kept here, only {TAKEN}.")


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8-sig", "cp1252"):  # the second: what Excel on Windows writes
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return False
    return not _MARKUP.search(data) and all(unicodedata.category(c) != "Cc" or c in "\n\r\t\f" for c in text)


def _refused(message: str) -> DomainError:
    return DomainError(message, field="file")
