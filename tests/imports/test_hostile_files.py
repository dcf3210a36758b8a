"""Files made to hurt are refused with a sentence, soon and in little memory; odd but honest ones are read."""

import datetime as dt
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from crm.imports.files import reader
from crm.imports.files.limits import Refused

MEGABYTE = 1024 * 1024
BOOK = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/>'
    "</Relationships>",
}
SHEET = "xl/worksheets/s.xml"
ODS = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
DEEP_ENTITY = '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
FULL_ROWS = (
    '<d xmlns:t="t"><t:table><t:table-row t:number-rows-repeated="1048576">'
    '<t:table-cell t:number-columns-repeated="16384"><p>x</p></t:table-cell></t:table-row></t:table></d>'
)


def _zip(parts):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return write


def _far_cell(path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Name", "x"
    book.save(path)


def _bytes(content):
    return lambda path: path.write_bytes(content)


HOSTILE = [
    ("bomb.xlsx", _zip(BOOK | {SHEET: b" " * (30 * MEGABYTE)}), "would unpack to 30 MB"),
    ("nested.xlsx", _zip(BOOK | {SHEET: "<worksheet>" + "<a>" * 500_000}), "would unpack to"),
    ("entities.xlsx", _zip(BOOK | {SHEET: DEEP_ENTITY}), "document type of its own"),
    ("macros.xlsx", _zip(BOOK | {"xl/vbaProject.bin": "x"}), "holds macros"),
    ("workbook.xlsm", _zip(BOOK), "may hold macros"),
    ("far.xlsx", _far_cell, "value in column XFD, row 1,048,576"),
    ("renamed.csv", _far_cell, "is called .csv but holds a spreadsheet"),
    ("protected.xlsx", _bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 5000), "protected by a password"),
    ("cut.xlsx", _bytes(b"PK\x03\x04" + b"\0" * 100), "damaged or cut short"),
    ("plain.xlsx", _zip({"readme.txt": "hello"}), "zip file but no spreadsheet"),
    ("full.ods", _zip(ODS | {"content.xml": FULL_ROWS}), "value in column XFD"),
    ("secret.ods", _zip(ODS | {"content.xml": "", "META-INF/manifest.xml": "<encryption-data/>"}), "by a password"),
    ("wide.csv", _bytes(b",".join([b"x"] * 10**6) + b"\n1\n"), "may have 300 columns"),
    ("open.csv", _bytes(b'Name,B\n"open,1\n' + b"x,1\n" * 100_000), "quotation mark that is opened and not closed"),
    ("page.csv", _bytes(b"<html><table><tr><td>Name</td></tr></table></html>"), "a web page"),
    ("program.csv", _bytes(b"MZ" + bytes(range(256))), "a program"),
    ("noise.csv", _bytes(bytes(range(1, 256)) * 40), "neither a spreadsheet nor text"),
    ("empty.csv", _bytes(b" \r\n"), "is empty"),
]


ASKED = """
import json, resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from crm.imports.files import reader

def refusal(path):
    try:
        reader.look(path, path.name)
    except reader.Refused as refused:
        return str(refused)
    return "it was read"

paths = sorted(Path(sys.argv[1]).iterdir())
with ThreadPoolExecutor(2) as pool:
    said = dict(zip([path.name for path in paths], pool.map(refusal, paths)))
print(json.dumps([said, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024]))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What is said of each, and the most memory that any child used: asked by a fresh process, which has no others."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, write, _ in HOSTILE:
        write(folder / name)
    command = [sys.executable, "-c", ASKED, str(folder)]
    return json.loads(subprocess.run(command, cwd=reader.ROOT, capture_output=True, check=True).stdout)


@pytest.mark.parametrize(("name", "reason"), [(name, reason) for name, _, reason in HOSTILE])
def test_it_is_refused(name, reason, answers):
    assert reason in answers[0][name]


def test_none_of_them_needs_a_quarter_of_a_gigabyte(answers):
    assert answers[1] < 256 * MEGABYTE


def test_the_child_gets_no_more_memory_or_time_than_it_needs(tmp_path):
    """What no check foresees ends at the limits of the process: asked of the process itself."""
    asked = "import resource as r; from crm.imports.files import child; child.bound('look');"
    asked += "print(*(r.getrlimit(l)[0] for l in (r.RLIMIT_DATA, r.RLIMIT_CPU, r.RLIMIT_FSIZE)))"
    answer = subprocess.run([sys.executable, "-c", asked], cwd=reader.ROOT, capture_output=True, text=True, check=True)
    memory, seconds, written = map(int, answer.stdout.split())
    assert (memory <= 256 * MEGABYTE, seconds < 5, written) == (True, True, 0)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    return list(reader.rows(path, path.name, reader.look(path, path.name).reading))


def test_titles_above_the_table_empty_rows_and_excels_hint_are_passed_over(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("sep=;\r\nOur partners\r\n\r\nName;Town\r\n\r\nMünch GmbH;Köln\r\n;\r\n".encode("cp1252"))
    seen = reader.look(path, path.name)
    assert seen.reading == {"format": "csv", "encoding": "cp1252", "separator": ";", "header_row": 4}
    assert _rows(path) == [(6, ["Münch GmbH", "Köln"])]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart(encoding, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes("Name,Town\nMünch,Köln\n".encode(encoding))
    assert _rows(path) == [(2, ["Münch", "Köln"])]


def test_days_and_numbers_of_a_workbook_are_read_as_one_types_them(tmp_path):
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Name", "Since", "Number", "Paid"])
    book.active.append(["Quickline", dt.date(2024, 9, 30), 4123456, 12.5])
    book.save(path)
    assert _rows(path) == [(2, ["Quickline", "2024-09-30", "4123456", "12.5"])]


def test_an_open_document_is_read_with_its_runs_of_equal_cells(tmp_path):
    content = (
        '<d xmlns:t="t" xmlns:o="o"><t:table><t:table-row><t:table-cell><p>Name</p></t:table-cell>'
        "<t:table-cell><p>A</p></t:table-cell><t:table-cell><p>B</p></t:table-cell></t:table-row>"
        '<t:table-row><t:table-cell><p>Two</p><p>lines</p></t:table-cell><t:table-cell o:value-type="float" '
        'o:value="4123456" t:number-columns-repeated="2"><p>4,123,456</p></t:table-cell></t:table-row>'
        '<t:table-row t:number-rows-repeated="1048000"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>'
        "</t:table></d>"
    )
    path = tmp_path / "list.ods"
    _zip(ODS | {"content.xml": content})(path)
    assert _rows(path) == [(2, ["Two\nlines", "4123456", "4123456"])]


def test_a_child_that_is_killed_is_a_refusal(tmp_path, monkeypatch):
    path = tmp_path / "list.csv"
    path.write_text("Name\nQuickline\n")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Refused, match="too long to read or needs too much memory"):
        reader.look(path, path.name)
