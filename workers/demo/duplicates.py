"""Employers that two colleagues added, and a spreadsheet that waits to be mended. All invented."""

import datetime as dt

from crm.base.clock import london_instant
from crm.base.context import acting_institute
from crm.identity.roles import Role
from crm.imports.actions import check_import, start_import
from crm.imports.models import ImportJob
from crm.imports.work import work
from employers.actions.contacts import add_contact
from employers.actions.duplicates import pair_up, queue_duplicates
from employers.actions.employers import add_employer
from employers.actions.engagements import log_engagement
from employers.models import DuplicatePair
from workers.demo.stage import real_today, scene

CODE, MANAGER = "yhiot", Role.PARTNERSHIP_MANAGER
# One firm, written in two ways by two colleagues: each knows something that the other does not.
TWICE = [
    {
        "name": "Calder Rail Signalling Ltd", "stage": "in_conversation", "town": "Halifax", "postcode": "HX1 2AA",
        "sector": "Rail", "company_number": "99000101", "legal_name": "Calder Rail Signalling Limited",
    },
    {"name": "Calder Rail Signaling", "stage": "prospect", "website": "https://calderrail.example", "town": "Halifax"},
]  # fmt: skip
# Alike to the word and two companies: the official numbers say so, whatever the names say.
APART = [
    {
        "name": "Ousegate Logistics Ltd", "town": "Selby", "sector": "Logistics",
        "company_number": "99000102", "legal_name": "Ousegate Logistics Limited",
    },
    {
        "name": "Ousegate Logistics (Yorkshire) Ltd", "town": "Selby", "sector": "Logistics",
        "company_number": "99000103", "legal_name": "Ousegate Logistics (Yorkshire) Limited",
    },
]  # fmt: skip
FILE_NAME = "Careers fair exhibitors.csv"
# A new one, one that is there, one that may be, and four that somebody has to mend.
FILE = """\
Company;Company no;Town;Post code;Partner since;SIC;Notes
Aire Polymer Works Ltd;99000110;Keighley;BD21 3AA;01/09/2025;22290;Two apprentices wanted
CATCH;;Stallingborough;;;;Asked about the control rig
Calder Rail Signalling Limited Halifax;;Halifax;;;;
Wharfe Dental Supplies;12A4567;Otley;;;;Number as it stood on the form
Nidd Textiles Ltd;;Knaresborough;;31/09/2025;;Joined last autumn
Derwent Timber Frames;;Malton;YO177 9ZZ;;;
;;Selby;;;;A stand without a name
"""


def load_duplicates() -> None:
    """Two pairs in the queue, of which one can be merged, and a file that was checked and is not imported yet."""
    today = real_today()
    with scene(CODE, MANAGER, today) as manager:
        if DuplicatePair.objects.exists():
            return
        known, other = (add_employer(**facts, confirmed=True, owner=manager, by=manager) for facts in TWICE)
        contact = add_contact(employer=other, name="Ivy Dass", email="ivy.dass@calderrail.example", by=manager)
        spoken = ((known, (), 21, "Met their training lead at the rail day."), (other, [contact], 14, "Ivy rang back."))
        for employer, people, days, summary in spoken:
            moment = london_instant(today - dt.timedelta(days=days), dt.time(11))
            log_engagement(
                employer=employer, kind="call", summary=summary, happened_at=moment, contacts=people, by=manager
            )
        queue_duplicates(employer_ids=[known.pk])
        one, two = (add_employer(**facts, confirmed=True, by=manager) for facts in APART)
        pair_up(one=one, other=two, by=manager)
    load_file()


def load_file() -> None:
    """Its rows are checked as by a worker; that nothing of it is saved yet is what there is to see."""
    with scene(CODE, MANAGER, real_today()) as manager:
        if ImportJob.objects.exists():
            return
        job = start_import(kind="employers", file_name=FILE_NAME, content=[FILE.encode("cp1252")], by=manager)
        check_import(job=job, columns=job.columns, source="Careers fair", by=manager)
        institute_id = acting_institute()
    work(institute_id)
