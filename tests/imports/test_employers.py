"""Employers from files: what is found, what is written, what is left alone."""

import pytest

from crm.imports.actions import choose_for_row, fix_row
from crm.imports.models import ImportJob, SourceRecord
from crm.outbox.models import Entry
from employers.actions import change_employer, log_engagement, merge_employers
from employers.models import Employer, Organisation
from tests.factories.employers import make_employer
from tests.imports.steps import applied, checked, counts, go, undone

LIST = b"""\xef\xbb\xbfEmployer name ;Company number;SIC codes;Post code;Size;Since
Quickline Communications Ltd;4123456;6110;dn36 5tr;250 to 499;30/09/2019
"Festo
Didactic";SC123456;"86900,
88100";Not provided;n/a;
Airco\x00 Cooling;;1;;;31/09/2024
Hull City Council;Awaiting;1;;;
;12;;;;
Hull City Council;;84110;;;
"""


@pytest.fixture
def job(inside) -> ImportJob:
    return checked(inside, LIST)


def test_nothing_is_written_before_it_is_applied(job):
    assert job.state == ImportJob.State.CHECKED
    assert Employer.objects.count() == Organisation.objects.count() == Entry.objects.count() == 0


def test_each_row_is_judged_and_each_problem_names_its_field_and_reason(job):
    verdicts = dict(job.rows.values_list("number", "verdict"))
    assert verdicts == {2: "new", 3: "new", 4: "problem", 5: "new", 6: "problem", 7: "repeat"}
    faults = {(row.number, fault["label"]): fault["reason"] for row in job.rows.all() for fault in row.faults}
    assert faults == {
        (4, "Name"): "A character here could not be read. Type it again.",
        (4, "Partner since"): "“31/09/2024” is no date: September has 30 days. Write it as 30 September 2024.",
        (6, "Name"): "Name is missing.",
    }


def test_lost_zeros_separators_and_many_lines_in_a_cell_are_understood(job):
    facts = {row.number: row.facts for row in job.rows.all()}
    assert facts[2] == {
        **{"name": "Quickline Communications Ltd", "company_number": "04123456", "postcode": "DN36 5TR"},
        **{"size_band": "250-499", "sic_codes": ["06110"], "sic_section": "B", "since_on": "2019-09-30"},
    }
    assert facts[3]["name"] == "Festo Didactic"
    assert facts[3]["sic_codes"] == ["86900", "88100"]
    assert facts[5] == {"name": "Hull City Council"}
    notes = job.rows.get(number=5).notes
    assert notes == [
        "Company number: “Awaiting” counts as nothing.",
        "SIC codes: “1” marks the public sector and is no SIC code.",
    ]


def test_rows_read_are_those_created_updated_unchanged_and_rejected(job, inside):
    assert counts(go(job, inside)) == (6, 3, 0, 1, 2)
    assert set(Employer.objects.values_list("name", flat=True)) == {
        *("Quickline Communications Ltd", "Festo Didactic", "Hull City Council")
    }
    assert Organisation.objects.get(company_number="04123456").sic_codes == ["06110"]


def test_the_same_file_again_changes_nothing_and_records_nothing(job, inside):
    go(job, inside)
    entries = Entry.objects.count()
    assert counts(applied(inside, LIST)) == (6, 0, 0, 4, 2)
    assert Entry.objects.count() == entries


def test_a_problem_is_fixed_in_place(job, inside):
    fixed = fix_row(job=job, number=4, values={"name": "Airco Cooling", "since_on": "30/09/2024"}, by=inside)
    assert fixed.verdict == "new"
    job.refresh_from_db()
    assert counts(go(job, inside)) == (6, 4, 0, 1, 1)
    assert Employer.objects.get(name="Airco Cooling").since_on.isoformat() == "2024-09-30"


def test_a_possible_duplicate_waits_for_a_choice(inside):
    ours = applied(inside, b"Name,Town\nQuickline Communications Limited,\n") and Employer.objects.get()
    job = checked(inside, b"Name,Town\nQuickline Comunications Ltd,Hessle\n")
    row = job.rows.get()
    assert (row.verdict, [candidate["id"] for candidate in row.candidates]) == ("duplicate", [str(ours.id)])
    choose_for_row(job=job, number=2, choice=str(ours.id), by=inside)
    job.refresh_from_db()
    assert counts(go(job, inside)) == (1, 0, 1, 0, 0)
    ours.refresh_from_db()
    assert (ours.town, ours.name) == ("Hessle", "Quickline Communications Limited")


def test_a_duplicate_nobody_decided_about_is_not_imported(inside):
    applied(inside, b"Name\nQuickline Communications Limited\n")
    job = applied(inside, b"Name\nQuickline Comunications Ltd\n")
    assert counts(job) == (1, 0, 0, 0, 1)
    assert job.rows.get().remark == "Possible duplicate: nobody chose what to do."


def test_a_source_overwrites_its_own_values_and_not_a_persons(inside):
    applied(inside, b"Id,Name,Town,Sector\n7,Quickline,Hull,Telecoms\n", source="Register")
    change_employer(employer=Employer.objects.get(), sector="Networks", by=inside)
    job = checked(inside, b"Id,Name,Town,Sector\n7,Quickline,Hessle,Internet\n", source="Register")
    row = job.rows.get()
    assert row.changes == {"town": ["Hull", "Hessle"]}
    assert row.notes == ["Sector: “Internet” in the file; “Networks” stays."]
    go(job, inside)
    employer = Employer.objects.get()
    assert (employer.town, employer.sector) == ("Hessle", "Networks")


def test_a_snapshot_marks_what_its_source_no_longer_lists_and_deletes_nothing(inside):
    applied(inside, b"Id,Name\n7,Quickline\n8,Festo\n", source="Register", is_snapshot=True)
    job = applied(inside, b"Id,Name\n7,Quickline\n", source="Register", is_snapshot=True)
    assert job.tally["unlisted"] == 1
    gone = SourceRecord.objects.exclude(unlisted_on=None).get()
    assert Employer.objects.get(pk=gone.object_id).name == "Festo"


def test_an_import_is_undone_but_for_what_somebody_has_built_on(inside):
    first = applied(inside, b"Id,Name,Town\n7,Quickline,Hull\n", source="Register")
    second = applied(inside, b"Id,Name,Town\n7,Quickline plc,Hessle\n8,Festo,\n9,Airco,\n", source="Register")
    log_engagement(employer=Employer.objects.get(name="Airco"), kind="call", summary="Hello", by=inside)
    assert counts(undone(second, inside)) == (3, 0, 0, 0, 2, 1, 0)
    assert second.rows.get(outcome="kept").remark == "Something was added to it since: conversation."
    quickline = Employer.objects.get(name="Quickline")
    assert (quickline.town, quickline.other_names.count()) == ("Hull", 0)
    assert not Employer.objects.filter(name="Festo").exists()
    assert SourceRecord.objects.get(key="k:7").facts["town"] == "Hull"
    assert counts(first) == (1, 1, 0, 0, 0)


def test_a_row_that_somebody_changed_since_the_check_is_left_alone(inside):
    applied(inside, b"Id,Name,Town\n7,Quickline,Hull\n", source="Register")
    job = checked(inside, b"Id,Name,Town\n7,Quickline,Hessle\n", source="Register")
    change_employer(employer=Employer.objects.get(), town="Leeds", by=inside)
    assert counts(go(job, inside)) == (1, 0, 0, 0, 1)
    assert Employer.objects.get().town == "Leeds"


def test_a_row_that_repeated_one_counts_itself_once_that_one_is_another(inside):
    job = checked(inside, b"Name,Town\nQuickline,Hull\nQuickline,Hessle\nQuickline,York\n")
    assert [row.verdict for row in job.rows.all()] == ["new", "repeat", "repeat"]
    fix_row(job=job, number=2, values={"name": "Festo"}, by=inside)
    assert [(row.verdict, row.repeats) for row in job.rows.all()] == [("new", None), ("new", None), ("repeat", 3)]
    assert job.rows.get(number=3).notes == []
    job.refresh_from_db()
    assert counts(go(job, inside)) == (3, 2, 0, 1, 0)
    assert dict(Employer.objects.values_list("name", "town")) == {"Festo": "Hull", "Quickline": "Hessle"}


def test_what_was_said_of_one_choice_is_not_said_after_another(inside):
    ours = applied(inside, b"Name,Town\nQuickline Communications Limited,Hull\n") and Employer.objects.get()
    job = checked(inside, b"Name,Town\nQuickline Comunications Ltd,Hessle\n")
    told = ["Name: “Quickline Comunications Ltd” in the file; “Quickline Communications Limited” stays."]
    told.append("Town: “Hessle” in the file; “Hull” stays.")
    for _ in range(2):
        assert choose_for_row(job=job, number=2, choice=str(ours.id), by=inside).notes == told
    assert choose_for_row(job=job, number=2, choice="new", by=inside).notes == []


def test_an_undo_says_of_an_employer_that_was_merged_since_that_it_stays(inside):
    job = applied(inside, b"Name\nQuickline\nFesto\n")
    merged = Employer.objects.get(name="Quickline")
    merge_employers(kept=make_employer("Quickline Communications"), merged=merged, by=inside)
    assert counts(undone(job, inside))[-3:] == (1, 1, 0)
    assert job.rows.get(outcome="kept").remark == "It was merged into another employer since."
