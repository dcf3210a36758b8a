"""What the demo's partnerships are made of: promises, seats, curriculum input, skills needs and projects. All invented.

Funders are real, and so is the way they name their projects; these projects are not.
"""

import datetime as dt

from crm.identity.models import Institute
from crm.identity.roles import Role
from employers.actions.contacts import add_contact
from employers.actions.curriculum import adopt_curriculum_input, decline_curriculum_input, propose_curriculum_input
from employers.actions.files import keep_file
from employers.actions.governance import give_seat, name_body, record_meeting
from employers.actions.projects import add_project, join_project
from employers.actions.promises import keep_promise, make_promise
from employers.actions.skills import meet_skills_need, note_skills_need
from employers.models import Contact, Promise
from workers.demo.people import person
from workers.demo.sponsorship import SPONSOR_NAME
from workers.demo.stage import employer, real_today, scene

SKIPTON, CATCH, VISR, ENGIE = "Skipton Building Society", "CATCH", "ViSR", "ENGIE Fabricom"
MINUTES = b"""Minutes of the employer board, invented for the demo

1. The control rig stands and is used by two groups.
2. A module on PLCs is in the outline of the HNC from next year on.
3. Next: placements for spring.
"""
# employer, side, what, noted so many days ago, due so many days from now, who sees to it
PROMISES = [
    (SPONSOR_NAME, "ours", "Learner stories for their board paper", 12, 4, "Priya Nair"),
    (SPONSOR_NAME, "theirs", "Names of two mentors for the challenge", 30, -6, "Priya Nair"),
    (CATCH, "theirs", "Safety induction for twelve learners", 20, 25, "Priya Nair"),
    (ENGIE, "ours", "Course calendar with block weeks", 25, -2, "Tom Askew"),
]
# employer, roles, level, how many, needed in so many days
NEEDS = [
    (CATCH, "Control and instrument technicians", 4, 12, 200),
    (SPONSOR_NAME, "Fibre network planners", 4, 8, 120),
    (SKIPTON, "Junior data analysts", 5, 6, 300),
    (ENGIE, "Electrical maintenance engineers", 5, 9, -10),
]


def load_partnership() -> None:
    """Around the employers of Yorkshire & Humber, whose conversations the demo tells."""
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, real_today()):
        if Promise.objects.exists():
            return
    _promises()
    _needs()
    _board()
    _curriculum()
    _projects()


def _ago(days: int) -> dt.date:
    return real_today() - dt.timedelta(days=days)


def _promises() -> None:
    for name, side, what, noted, due, owner in PROMISES:
        with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(noted)):
            sees_to_it = person(owner, "yhiot")
            make_promise(
                employer=employer(name), side=side, what=what, due_on=_ago(-due), owner=sees_to_it, by=sees_to_it
            )
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(60)) as manager:
        facts = {"employer": employer(SKIPTON), "side": "theirs", "what": "A speaker for the data evening"}
        kept = make_promise(**facts, due_on=_ago(40), owner=manager, by=manager)
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(41)) as manager:
        keep_promise(promise=kept, by=manager)


def _needs() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(35)) as manager:
        for name, roles, level, headcount, days in NEEDS:
            facts = {"roles": roles, "level": level, "headcount": headcount, "needed_by": _ago(-days)}
            note_skills_need(employer=employer(name), **facts, by=manager)
        facts = {"roles": "Headset technicians", "level": 3, "headcount": 2, "needed_by": _ago(5)}
        met = note_skills_need(employer=employer(VISR), **facts, by=manager)
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(8)) as manager:
        meet_skills_need(need=met, by=manager)


def _board() -> None:
    """A chair, two members; three meetings with attendance, the minutes of the last one."""
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(400)) as manager:
        board = name_body(name="Employer board", by=manager)
        helen = add_contact(employer=employer(CATCH), name="Helen Oduya", job_title="Operations director", by=manager)
        chair = give_seat(body=board, contact=helen, role="chair", starts_on=_ago(395), by=manager)
        members = [
            give_seat(body=board, contact=_first_of(name), starts_on=_ago(395), by=manager)
            for name in (SPONSOR_NAME, SKIPTON)
        ]
    for days, came, apologies in ((300, [chair, *members], []), (180, [chair, members[0]], [members[1]])):
        with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(days)) as manager:
            record_meeting(body=board, held_on=_ago(days), came=came, apologies=apologies, by=manager)
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(50)) as manager:
        record_meeting(body=board, held_on=_ago(52), came=[chair, members[0]], by=manager)
        keep_file(employer=employer(CATCH), name="Employer board minutes.txt", data=MINUTES, by=manager)


def _first_of(name: str) -> Contact:
    return Contact.objects.still_there().filter(employer=employer(name)).order_by("id")[0]


def _curriculum() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(120)) as manager:
        adopted = propose_curriculum_input(
            employer=employer(CATCH),
            course="HNC Instrumentation and Control",
            what_changed="A module on PLCs with the rig they gave, in place of relay logic",
            by=manager,
        )
        declined = propose_curriculum_input(
            employer=employer(VISR), course="T Level Digital Production", what_changed="A unit on headsets", by=manager
        )
        propose_curriculum_input(
            employer=employer(SPONSOR_NAME),
            course="HNC Network Engineering",
            what_changed="Fibre splicing to their site standard, assessed by their engineers",
            by=manager,
        )
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(48)) as manager:
        evidence = "Module outline v3 and board minutes, with their record"
        adopt_curriculum_input(asked=adopted, evidence=evidence, by=manager)
        decline_curriculum_input(asked=declined, reason="The awarding body fixes the units", by=manager)


def _projects() -> None:
    with scene("yhiot", Role.PARTNERSHIP_MANAGER, _ago(90)) as manager:
        batteries = add_project(
            title="Battery assembly skills for the Humber",
            funder="Faraday Battery Challenge",
            reference="DEMO-104",
            starts_on=_ago(80),
            ends_on=_ago(-450),
            institutes=Institute.objects.filter(code="liot"),
            by=manager,
        )
        join_project(project=batteries, employer=employer(CATCH), part="lead", by=manager)
        join_project(project=batteries, employer=employer(ENGIE), part="partner", by=manager)
        headsets = add_project(title="Virtual site visits", funder="Innovate UK", starts_on=_ago(60), by=manager)
        join_project(project=headsets, employer=employer(VISR), part="lead", by=manager)
