"""What a file is, by its first bytes. Its name is only asked whether it says the same."""

from pathlib import Path
from zipfile import is_zipfile

from crm.imports.files.limits import Refused

_OTHER = (
    (b"\xd0\xcf\x11\xe0", "This file is protected by a password, or is an old .xls. Save it as .xlsx without one."),
    (b"%PDF", "This is a PDF. Ask for the table as a spreadsheet or CSV."),
    (b"MZ", "This is a program, not a table."),
    (b"\x7fELF", "This is a program, not a table."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it first."),
    (b"Rar!", "This file is compressed (RAR). Unpack it first."),
    (b"7z\xbc\xaf", "This file is compressed (7-Zip). Unpack it first."),
    (b"\x89PNG", "This is a picture, not a table."),
    (b"\xff\xd8\xff", "This is a picture, not a table."),
    (b"{\\rtf", "This is a text document. Save the table as a spreadsheet or CSV."),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<script", b"<workbook")
_CALLED = {"csv": ("csv", "txt", "tsv", "tab"), "zip": ("xlsx", "ods")}
_NO_TEXT = bytes(b for b in range(32) if b not in b"\t\n\r\f\0\x1a")


def sniff(path: Path, name: str) -> str:
    """ "csv" or "zip" (an Office file, still to be looked into). Raises Refused for anything else."""
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head.strip(b"\0 \r\n\t"):
        raise Refused("This file is empty.")
    for magic, reason in _OTHER:
        if head.startswith(magic):
            raise Refused(reason)
    kind = "zip" if head.startswith(b"PK") else "csv"
    if kind == "zip" and not is_zipfile(path):
        raise Refused("This file is damaged or cut short. Save it again.")
    if kind == "csv":
        _refuse_no_text(head)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in _CALLED[kind]:
        _refuse_called_otherwise(kind, extension)
    return kind


def _refuse_no_text(head: bytes) -> None:
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP):
        raise Refused("This is a web page or an XML file with another name. Open it and save it as .xlsx or CSV.")
    is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    strange = len(head) - len(head.translate(None, _NO_TEXT))
    if not is_wide and strange > len(head) / 100:
        raise Refused("This file is neither a spreadsheet nor text. Save the table as .xlsx, .ods or .csv.")


def _refuse_called_otherwise(kind: str, extension: str) -> None:
    if extension in ("xlsm", "xlsb", "xltm"):
        raise Refused("This workbook may hold macros. Save it as .xlsx, which cannot.")
    known = {"csv": "text", "zip": "a spreadsheet (.xlsx or .ods) or another zip file"}[kind]
    called = f"is called .{extension}" if extension else "has no ending to its name"
    raise Refused(
        f"This file {called} but holds {known}. Save it from your spreadsheet program as .xlsx, .ods or .csv."
    )
