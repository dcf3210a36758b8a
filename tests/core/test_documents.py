"""Workbooks and PDF files: typed cells, tags, and texts that try to be something else."""

import datetime as dt
import io
import unicodedata
from collections import Counter
from dataclasses import replace

import openpyxl
import pdfua
import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.base.errors import OverLimit
from crm.core.documents import Bars, Document, Section, glyphs, pdf, xlsx
from crm.core.documents.glyphs import drawable
from crm.core.documents.pdf import write_pdf
from crm.core.documents.xlsx import write_workbook
from crm.core.reports import Column, Kind
from tests.reading import line_of, pages_of, sheets_of, structure_of, text_of

AS_OF = dt.datetime(2026, 6, 24, 13, 5, tzinfo=dt.UTC)  # 14:05 in London
COLUMNS = (
    Column("Employer"),
    Column("Paid", Kind.PENCE),
    Column("Due", Kind.DATE),
    Column("Seen", Kind.MOMENT),
    Column("Gifts", Kind.COUNT),
)
ROW = ("Sprint", 1_234_56, dt.date(2026, 11, 24), AS_OF, 3)
HOSTILE = (
    '=HYPERLINK("https://evil.example","Click")',
    "@SUM(A1)",
    "+1",
    "-1+1",
    "＝1",
    '#include "x"',
    "$x$ *bold* _thin_ `raw` <label> @reference // comment",
    '#eval("1+1") \\u{41} [a] https://evil.example',
    "_x0041_ 2x3 -> -- ... '",
    "<script>alert(1)</script> & 'quoted'",
)


def document(*rows, **facts):
    section = Section("", COLUMNS, rows)
    return Document("gifts", "Gifts", "Yorkshire & Humber IoT", AS_OF, facts.pop("sections", [section]), **facts)


def book(*rows, **facts):
    return write_workbook(document(*rows, **facts))


def test_cells_of_a_workbook_are_of_the_columns_kind():
    sheet = openpyxl.load_workbook(io.BytesIO(book(ROW, ("Rail", None, None, None, None)))).worksheets[0]
    head, row, empty = sheet.iter_rows()
    assert [cell.value for cell in head] == ["Employer", "Paid (£)", "Due", "Seen", "Gifts"]
    assert [cell.data_type for cell in row] == ["s", "n", "d", "d", "n"]
    day, moment = dt.datetime(2026, 11, 24), dt.datetime(2026, 6, 24, 14, 5)
    assert [cell.value for cell in row] == ["Sprint", 1234.56, day, moment, 3]
    assert [cell.value for cell in empty] == ["Rail", None, None, None, None]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:E3")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_a_workbook(text):
    sheet = openpyxl.load_workbook(io.BytesIO(book((text, 1, None, None, 1)))).worksheets[0]
    assert (sheet["A2"].value.replace("_x005F_", "_"), sheet["A2"].data_type) == (text, "s")
    assert sheet["A2"].hyperlink is None


def test_a_workbook_tells_what_it_is():
    about = dict(
        sheets_of(book(ROW, description="What was given.", scope=[("This year", "from 1 August 2026")]))["About"]
    )
    assert about == {
        "Report": "Gifts",
        "From": "Yorkshire & Humber IoT",
        "What it holds": "What was given.",
        "Figures of": "24 June 2026, 14:05",
        "This year": "from 1 August 2026",
    }


def test_sheets_have_names_that_excel_takes_and_none_twice():
    headings = ["About", "A/B: [what]?*", "x" * 40, "x" * 40, ""]
    names = list(sheets_of(book(sections=[Section(heading, COLUMNS, [ROW]) for heading in headings])))
    assert names == ["About (2)", "A B what", "x" * 31, "x" * 27 + " (2)", "Gifts", "About"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    cell = sheets_of(book(("y" * 40_000, 1, None, None, 1)))["Gifts"][1][0]
    assert len(cell) == xlsx.LONGEST
    assert cell.endswith("(the CSV file has the whole text)")


def test_a_list_too_long_for_a_workbook_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST", 2)
    assert len(sheets_of(book(ROW, ROW))["Gifts"]) == 3
    with pytest.raises(OverLimit, match="Download the CSV file"):
        book(ROW, ROW, ROW)


def seen_in(body):
    """The text of a PDF without its line ends, nor the places where a long word may break."""
    return "".join(text_of(body).split()).replace("\u200b", "")


def test_the_same_document_gives_the_same_bytes():
    assert write_pdf(document(ROW)) == write_pdf(document(ROW))
    assert book(ROW) == book(ROW)


SECTIONS = [
    Section(
        "Paid by term", COLUMNS[:2], [("Aut 25", 5), ("Spr 26", 1_00)], bars=Bars([("Aut 25", 5), ("Spr 26", 1_00)])
    ),
    Section("Paid for", COLUMNS[:2], [("Travel", 0)], bars=Bars([("Travel", 0)], upright=False)),
    Section("Gifts", COLUMNS, [], empty="Nothing yet.", note="Counted when approved."),
    Section("By institute", COLUMNS, [ROW, ("Together", *ROW[1:])], has_total=True),
]
WHOLE = document(
    sections=SECTIONS,
    description="What was given.",
    scope=[("Since", "1 August 2026")],
    stats=[("Paid", "£1,234.56", "to learners")],
    prose=[("How this is counted", "Entry by entry.")],
)


def test_a_pdf_is_tagged_and_passes_the_checks_of_pdf_ua(tmp_path):
    body = write_pdf(WHOLE)
    (file := tmp_path / "whole.pdf").write_bytes(body)
    report = pdfua.validate(str(file))
    assert [f"{f.rule_id} {f.message}" for f in report.findings if f.severity.name in ("ERROR", "WARNING")] == []
    with pikepdf.open(file) as opened:
        assert (str(opened.Root.Lang), bool(opened.Root.MarkInfo.Marked)) == ("en-GB", True)
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        metadata = opened.open_metadata()
        assert (metadata["dc:title"], metadata["pdfuaid:part"]) == ("Gifts", "1")


def test_a_pdf_has_headings_table_heads_and_words_for_its_pictures():
    found = structure_of(write_pdf(WHOLE))
    assert [heading["/T"] for heading in found["/H1"]] == ["Gifts"]
    headings = ["Paid by term", "Paid for", "Gifts", "By institute", "How this is counted"]
    assert [heading["/T"] for heading in found["/H2"]] == headings
    assert (len(found["/Table"]), len(found["/THead"])) == (3, 3)
    columns, rows = 2 + 2 + 5, 2 + 1 + 2
    assert Counter(head["/A"] for head in found["/TH"]) == {"/Scope=/Column": columns, "/Scope=/Row": rows}
    assert len(found["/TD"]) == 2 * 1 + 1 * 1 + 2 * 4
    assert {cell["/A"] for cell in found["/TD"]} == {""}  # neither scope nor ids: the scopes of the heads say it
    assert [figure["/Alt"].split(". ")[0] for figure in found["/Figure"]] == [
        "Bar chart: Paid by term",
        "Bar chart: Paid for",
    ]
    assert "the tallest is Spr 26 with £1" in found["/Figure"][0]["/Alt"]


def test_the_first_cell_of_a_row_heads_it_on_every_page_and_the_file_stays_whole():
    rows = [(f"Employer {number} /S/TD(U1x0y0)", number, None, None, 1) for number in range(120)]
    body = write_pdf(document(*rows))
    with pikepdf.open(io.BytesIO(body)) as opened:
        assert opened.check_pdf_syntax() == []
        assert len(opened.pages) > 2
    found = structure_of(body)
    assert Counter(head["/A"] for head in found["/TH"])["/Scope=/Row"] == 120
    assert "Employer 119 /S/TD(U1x0y0)" in text_of(body).replace("\u200b", "")


def test_a_pdf_says_the_words_of_the_page():
    body = write_pdf(WHOLE)
    assert line_of(body, "Sprint") == "£1,234.56 24 Nov 2026 24 Jun 2026 14:05 3"
    assert line_of(body, "Aut 25 £") == "0.05"  # all amounts of a column have pence when one does
    text = text_of(body)
    for words in ("Figures of: 24 June 2026, 14:05", "Since: 1 August 2026", "Nothing yet.", "Page 1 of 1"):
        assert words in text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_a_pdf(text):
    body = write_pdf(replace(document((text, 1, None, None, 1)), title=text, owner=text, scope=[(text, text)]))
    assert "".join(drawable(text).split()) in seen_in(body)


def test_a_long_table_breaks_over_pages_and_repeats_its_head(monkeypatch):
    rows = [(f"Employer {number}", number, None, None, 1) for number in range(200)]
    pages = pages_of(write_pdf(document(*rows)))
    assert len(pages) > 3
    assert all("Employer Paid Due Seen Gifts" in page for page in pages)
    assert "Employer 199" in pages[-1]
    monkeypatch.setattr(pdf, "MOST", 7)
    [page] = pages_of(write_pdf(document(*rows)))
    assert "The first 7 rows. The CSV and Excel files have all of them." in page
    assert "Employer 6" in page and "Employer 7" not in page


def test_many_columns_turn_the_page():
    many = [Column(f"Column {number}") for number in range(12)]
    sections = [Section("", many, [["words"] * 12])]
    for wide, body in ((False, write_pdf(document(ROW))), (True, write_pdf(document(sections=sections)))):
        with pikepdf.open(io.BytesIO(body)) as opened:
            _, _, width, height = opened.pages[0].MediaBox
        assert (width > height) == wide


def test_a_word_too_long_for_its_column_goes_on_in_the_next_line():
    body = write_pdf(document(("W" * 200, 1, None, None, 1), ROW))
    assert seen_in(body).count("W" * 200) == 1


NAMES = (
    "中国电信 (UK) Ltd",
    "Acme 🎉 👩🏽‍🔬",
    "e\u0301 q\u0323\u0307",
    "\u202eevil\u202c \ufeff \x07 \u200d \u2028 \ue000",
    "مرحبا שלום नमस्ते Ωж ﷽ 𝔘",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_character_fails_a_pdf_or_is_dropped(name):
    body = write_pdf(document((name, 1, None, None, 1)))
    seen = unicodedata.normalize("NFC", seen_in(body))
    assert "".join(unicodedata.normalize("NFC", drawable(name)).split()) in seen
    for character in name:
        assert character in drawable(name) or f"U+{ord(character):04X}" in drawable(name)
    assert ("writtenastheirUnicodenumbers" in seen) == ("[U+" in drawable(name))


def test_what_no_font_draws_is_written_as_numbers_together():
    assert drawable("中国 Ltd") == "[U+4E2D U+56FD] Ltd"
    assert drawable("Zażółć Ωж £") == "Zażółć Ωж £"


def test_a_text_that_cannot_be_set_after_all_is_set_as_numbers(monkeypatch, caplog):
    monkeypatch.setattr(pdf, "drawable", str)
    text = text_of(write_pdf(document(("中国 é", 1, None, None, 1))))
    assert "[U+4E2D][U+56FD] é" in text
    assert "written as their Unicode numbers" in " ".join(text.split())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@settings(max_examples=15)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40), min_size=20, max_size=20))
@example([chr(code) for code in range(0x20, 0x3000)])
def test_any_text_can_be_set(texts):
    assert write_pdf(document(*((text, 1, None, None, 1) for text in texts))).startswith(b"%PDF")


def test_an_operator_may_bring_more_fonts(request, tmp_path):
    source = glyphs.font_files()[0]
    (tmp_path / "more.ttf").write_bytes(source.read_bytes())
    request.getfixturevalue("settings").REPORT_FONT_DIRS = [str(tmp_path)]
    glyphs.font_files.cache_clear()
    try:
        assert glyphs.font_files()[-1] == tmp_path / "more.ttf"
    finally:
        glyphs.font_files.cache_clear()
