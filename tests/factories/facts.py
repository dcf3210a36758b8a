"""The facts of a partnership for tests, made by the actions."""

from typing import Any

from crm.base.clock import today
from crm.identity.models import User
from employers.actions import make_promise as promise_action
from employers.actions.curriculum import propose_curriculum_input
from employers.actions.files import keep_file
from employers.actions.governance import give_seat, name_body, record_meeting
from employers.actions.projects import add_project, join_project
from employers.actions.skills import note_skills_need
from employers.models import Body, CurriculumInput, Employer, LiveProject, Promise, RecordFile, Seat, SkillsNeed
from tests.factories.employers import make_contact

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nminutes"


def make_promise(employer: Employer, owner: User, **facts: Any) -> Promise:
    """Something we owe the employer by today, seen to by `owner`."""
    facts = {"side": "ours", "what": "Send the course outline", "due_on": today(), **facts}
    return promise_action(employer=employer, owner=owner, by=owner, **facts)


def make_body(name: str = "Employer board") -> Body:
    return Body.objects.filter(name=name).first() or name_body(name=name, by=None)


def make_seat(employer: Employer, **facts: Any) -> Seat:
    """A member of the employer board from today on."""
    facts = {"body": facts.pop("body", None) or make_body(), "contact": make_contact(employer), **facts}
    return give_seat(by=None, **facts)


def make_curriculum_input(employer: Employer, **facts: Any) -> CurriculumInput:
    facts = {"course": "HNC Control", "what_changed": "A module on PLCs", **facts}
    return propose_curriculum_input(employer=employer, by=None, **facts)


def make_skills_need(employer: Employer, **facts: Any) -> SkillsNeed:
    facts = {"roles": "Control technicians", "level": 4, "headcount": 12, "needed_by": today(), **facts}
    return note_skills_need(employer=employer, by=None, **facts)


def make_project(employer: Employer | None = None, **facts: Any) -> LiveProject:
    project = add_project(by=None, **{"title": "Battery skills", "funder": "Innovate UK", **facts})
    if employer:
        join_project(project=project, employer=employer, by=None)
    return project


def make_file(employer: Employer, by: User, name: str = "minutes.pdf", data: bytes = PDF) -> RecordFile:
    return keep_file(employer=employer, name=name, data=data, by=by)


def make_facts(employer: Employer, by: User, body: str = "Employer board", **project: Any) -> dict[str, Any]:
    """One of each, by the names of the world of the architecture's tests."""
    seat = make_seat(employer, body=make_body(body))
    return {
        "promise": make_promise(employer, by),
        "seat": seat,
        "body": seat.body,
        "body_meeting": record_meeting(body=seat.body, held_on=today(), came=[seat], by=by),
        "curriculum_input": make_curriculum_input(employer),
        "skills_need": make_skills_need(employer),
        "project": (project := make_project(employer, **project)),
        "project_part": project.participants.get(),
        "file": make_file(employer, by),
    }
