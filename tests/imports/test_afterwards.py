"""What is left of an import afterwards: sources on the record, what is forgotten in time, and at once when asked."""

import datetime as dt
import re

import pytest

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import Conflict
from crm.imports.actions import drop_import, resume_import
from crm.imports.models import ImportFile, ImportJob, ImportRow, SourceRecord
from crm.imports.reads import account
from employers.actions import erase_person
from employers.models import Contact, Employer
from employers.reads.rights import inventory, person_of
from tests.factories.employers import make_employer
from tests.imports.steps import applied, counts, uploaded
from workers.pruning import KEEP_DAYS, forget_old_imports
from workers.shapes import institutes_with_work

REGISTER = b"Id,Employer name\n7,Quickline\n8,Festo\n"
PEOPLE = b"""Name,E-mail,Employer
Zara Quillfeather,zara@quickline.example,Quickline
Ann Hill,ann@quickline.example,Quickline
Zara Quillfeather,,Nobody of that name
"""


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_record_names_the_lists_it_stands_on_and_those_that_no_longer_have_it(client_for, inside, yhiot):
    listed = {"source": "Council", "is_snapshot": True}
    applied(inside, REGISTER, **listed, as_of=dt.date(2026, 1, 5))
    applied(inside, REGISTER.replace(b"8,Festo\n", b""), **listed, as_of=dt.date(2026, 2, 5))
    client = client_for(inside, yhiot)
    pages = {each.name: text_of(client.get(f"/employers/{each.pk}/")) for each in Employer.objects.all()}
    assert "Council Listed on 5 Feb 2026" in pages["Quickline"]
    assert "Council No longer listed since 5 Feb 2026" in pages["Festo"]
    assert "Sources" not in text_of(client.get(f"/employers/{make_employer('Arco').pk}/"))


def test_sources_of_another_institute_are_not_shown(client_for, inside, yhiot, liot, people):
    applied(inside, REGISTER, source="Council")
    with institute_context(liot.id):
        theirs = make_employer("Quickline")
    page = text_of(client_for(people.at(liot).partnership_manager, liot).get(f"/employers/{theirs.pk}/"))
    assert "Quickline" in page and "Council" not in page


def test_rows_sources_and_the_file_of_an_erased_person_go_and_others_stay(inside):
    make_employer("Quickline")
    job = applied(inside, PEOPLE, kind="contacts", source="Mailing list")
    zara = Contact.objects.get(name="Zara Quillfeather")
    held = inventory(person_of(zara))
    shown = next(kind for kind in held.kinds if kind.label == "Rows of imported files about them")
    assert [row[1] for row in shown.rows] == [2, 4]
    erase_person(contact=zara, reason="asked", seen=held.digest, by=inside)
    assert [row.number for row in job.rows.all()] == [3]
    assert [record.object_id for record in SourceRecord.objects.all()] == [Contact.objects.get(name="Ann Hill").pk]
    assert not ImportFile.objects.exists()
    job.refresh_from_db()
    assert account(job) == {"read": 3, "created": 2, "updated": 0, "unchanged": 0, "rejected": 1}


def untouched_since(moment: dt.datetime, by, state: str, **tally) -> ImportJob:
    """An import of one row as it was left then: the database itself notes when a row is changed."""
    facts = {
        "kind": "employers",
        "file_name": "old.csv",
        "digest": "",
        "layout": "",
        "total_rows": 1,
        "sample": [["x"]],
    }
    job = ImportJob.objects.create(**facts, by=by, state=state, tally=tally, created_at=moment, updated_at=moment)
    ImportRow.objects.create(job=job, number=2, cells=["Quickline"], verdict="new")
    ImportFile.objects.create(job=job, content=b"")
    return job


@pytest.fixture
def months_later(inside):
    """Imports that nobody has touched for longer than they are kept, by state; and one of today."""
    then = now() - dt.timedelta(days=KEEP_DAYS + 1)
    return {
        "applied": untouched_since(then, inside, "applied", outcomes={"created": 1}),
        "checked": untouched_since(then, inside, "checked", verdicts={"new": 1}),
        "stopped": untouched_since(then, inside, "stopped", stopped="applying"),
        "today": uploaded(inside, REGISTER),
    }


def test_files_and_rows_are_forgotten_after_a_month_and_counts_stay(months_later, inside, yhiot):
    assert institutes_with_work("old_imports") == [yhiot.id]
    assert forget_old_imports() == 3
    assert not ImportRow.objects.exists()
    assert [file.job_id for file in ImportFile.objects.all()] == [months_later["today"].pk]
    done = ImportJob.objects.get(pk=months_later["applied"].pk)
    assert (done.state, counts(done), done.sample) == ("applied", (1, 1, 0, 0, 0), [])
    assert forget_old_imports() == 0
    assert institutes_with_work("old_imports") == []


def test_what_is_forgotten_is_neither_applied_nor_gone_on_with(months_later, inside):
    forget_old_imports()
    given_up = ImportJob.objects.get(pk=months_later["checked"].pk)
    assert given_up.state == ImportJob.State.DROPPED
    with pytest.raises(Conflict):
        drop_import(job=given_up, by=inside)
    with pytest.raises(Conflict, match="are forgotten"):
        resume_import(job=months_later["stopped"], by=inside)


def test_another_institutes_imports_are_not_forgotten(months_later, liot):
    with institute_context(liot.id):
        assert forget_old_imports() == 0
    assert ImportFile.objects.count() == 4
