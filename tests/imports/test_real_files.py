"""Real public files, on their way in: registers of employers and councils' lists of payments.

The suite takes the first records of each; `make soak` takes them whole. The counts are stated, so that a change in what
counts as the same employer does not pass unseen: (read, created, updated, unchanged, rejected).
"""

import base64
import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.audit.models import AuditEntry
from crm.imports.models import ImportJob, SourceRecord
from crm.outbox.models import Entry
from employers.models import Employer
from tests.imports.steps import REAL, applied, counts, head_of, needs_real_data, worked

pytestmark = [needs_real_data, pytest.mark.real_data]

PAY = REAL / "gender-pay-gap"
SPEND = REAL / "council-spend"
SOURCE = "Gender pay gap service"
SNAPSHOTS = {
    "2021": (PAY / "gpg_2021-22_yh_ne_em.csv", dt.date(2022, 4, 5)),
    "2022": (PAY / "gpg_2022-23_yh_ne_em.csv", dt.date(2023, 4, 5)),
    "2017": (PAY / "gpg_2017-18_yh_ne_em_old_layout.csv", dt.date(2018, 4, 5)),
}


class Screen:
    """The import pages, filled in by a person."""

    def __init__(self, client):
        self.client = client

    def run(self, content, as_of):
        self.client.post("/imports/new/", {"kind": "employers", "file": SimpleUploadedFile("snapshot.csv", content)})
        job = ImportJob.objects.first()
        matched = {f"column-{name}": str(position) for name, position in job.columns.items()}
        said = {"source": SOURCE, "as_of": as_of.isoformat(), "is_snapshot": "on"}
        assert self.client.post(f"/imports/{job.pk}/columns/", matched | said).status_code == 302
        worked(job)
        self.client.post(f"/imports/{job.pk}/apply/")
        return worked(job)


class Program:
    """Another program, by API."""

    def __init__(self, api):
        self.api = api

    def run(self, content, as_of):
        body = {"kind": "employers", "file_name": "snapshot.csv", "content": base64.b64encode(content).decode()}
        address = f"imports/{self.api.post('imports/', body).json()['id']}/"
        self.api.post(f"{address}check/", {"source": SOURCE, "as_of": as_of.isoformat(), "is_snapshot": True})
        worked(ImportJob.objects.first())
        self.api.post(f"{address}apply/")
        return worked(ImportJob.objects.first())


@pytest.fixture(params=["screen", "program"])
def way(request, client_for, api_for, inside, yhiot):
    return Screen(client_for(inside, yhiot)) if request.param == "screen" else Program(api_for(inside, yhiot))


def _twice(way, snapshot, records):
    """The counts of the first run; the second changes nothing and records nothing."""
    path, as_of = SNAPSHOTS[snapshot]
    content = head_of(path, records)
    first = way.run(content, as_of)
    recorded = Entry.objects.count()
    read, created, updated, unchanged, rejected = counts(way.run(content, as_of))
    assert (created, updated, Entry.objects.count()) == (0, 0, recorded)
    assert (read, rejected) == (counts(first)[0], counts(first)[4])
    return counts(first), first.tally["unlisted"]


def _changes_are_in_the_audit():
    """Each value that the newer snapshot brought stands there beside the one before."""
    job = ImportJob.objects.exclude(tally__outcomes__updated=None).last()
    row = job.rows.filter(outcome="updated", changes__has_key="size_band").first()
    told = AuditEntry.objects.of_record("employers_employer", row.target_id).filter(action="update").last()
    assert told.facts["size_band"] == row.changes["size_band"]
    changed = job.rows.filter(outcome="updated").values_list("target_id", flat=True)
    entries = AuditEntry.objects.filter(table_name="employers_employer", action="update", row_id__in=changed)
    assert set(entries.values_list("row_id", flat=True)) == set(changed)


def test_the_snapshots_of_a_register(way):
    assert _twice(way, "2021", 150) == ((150, 150, 0, 0, 0), 0)
    assert _twice(way, "2022", 150) == ((150, 15, 18, 117, 0), 15)
    assert Employer.objects.count() == 165
    assert SourceRecord.objects.exclude(unlisted_on=None).count() == 15
    _changes_are_in_the_audit()


@pytest.mark.soak
def test_the_three_snapshots_of_a_register_whole(way):
    assert _twice(way, "2021", 9999) == ((1779, 1775, 0, 0, 4), 0)
    assert _twice(way, "2022", 9999) == ((1753, 106, 309, 1334, 4), 132)
    assert _twice(way, "2017", 9999) == ((1703, 398, 32, 1263, 10), 0)
    assert Employer.objects.count() == 1775 + 106 + 398
    _changes_are_in_the_audit()


HEADS = {"leeds_raw_2012-07": (150, 28, 0, 102, 20), "wakefield_2016-Q4": (150, 35, 0, 115, 0)}
WHOLE = {
    "bradford_2018-05": (4000, 503, 0, 3497, 0),
    "calderdale_2022-08": (1646, 328, 1, 1298, 19),
    "leeds_raw_2012-07": (4000, 548, 0, 3040, 412),
    "wakefield_2016-Q4": (4000, 663, 14, 3292, 31),
    "supplier_register_bradford": (4418, 3461, 0, 790, 167),
}


def _each_council(by, files, records):
    """The counts of each file, one after the other; again, with its remembered mapping, it changes nothing."""
    found = {}
    for name in files:
        content = head_of(SPEND / f"{name}.csv", records)
        first = applied(by, content, name=f"{name}.csv", source=name)
        again = applied(by, content, name=f"{name}-again.csv")
        assert (again.columns, again.source) == (first.columns, name)
        assert counts(again)[1:3] == (0, 0)
        for row in first.rows.filter(outcome="rejected"):
            assert row.remark or all(fault["label"] and fault["reason"] for fault in row.faults)
        found[name] = counts(first)
    return found


def test_councils_payments_and_the_register_of_suppliers(inside):
    assert _each_council(inside, HEADS, 150) == HEADS


@pytest.mark.soak
def test_councils_payments_and_the_register_of_suppliers_whole(inside):
    assert _each_council(inside, WHOLE, 99_999) == WHOLE
