"""The facts of a partnership in a real browser: in every look, and noted in a few seconds."""

import datetime as dt
import os

import pytest
from playwright.sync_api import expect

from crm.base.clock import today
from crm.base.context import institute_context
from employers.actions.curriculum import adopt_curriculum_input
from employers.actions.governance import record_meeting
from employers.models import Promise
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer
from tests.factories.facts import (
    make_curriculum_input,
    make_file,
    make_project,
    make_promise,
    make_seat,
    make_skills_need,
)

pytestmark = pytest.mark.browser
LONG = "Humberside Engineering Training Association and Regional Centre for Sustainable Process Manufacturing Limited"


@pytest.fixture
def quickline(committed, yhiot, liot, people):
    """A partnership with one of everything, some of it with long names."""
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        quickline = make_employer(
            "Quickline Communications", sector="Digital infrastructure", stage="active", owner=manager
        )
        long = make_employer(LONG, sector="Advanced manufacturing", stage="active")
        jo = make_contact(quickline, "Jo Marsh", job_title="Head of social value")
        chair = make_seat(quickline, contact=jo, role="chair", starts_on=today() - dt.timedelta(days=400))
        record_meeting(body=chair.body, held_on=today() - dt.timedelta(days=60), came=[chair], by=manager)
        make_seat(long, contact=make_contact(long, "Bartholomew Featherstonehaugh-Cholmondeley"))
        make_promise(quickline, manager, what="Names of two mentors", side="theirs", contact=jo)
        late = today() - dt.timedelta(days=9)
        make_promise(long, manager, what="Course calendar with all block weeks for the coming two years", due_on=late)
        make_promise(quickline, manager, what="Learner stories for their board paper", due_on=late)
        make_skills_need(
            quickline, headcount=8, roles="Fibre network planners", needed_by=today() + dt.timedelta(days=99)
        )
        make_skills_need(long, needed_by=late)
        adopted = make_curriculum_input(quickline)
        adopt_curriculum_input(asked=adopted, evidence="Module outline v3, shared drive", by=manager)
        make_curriculum_input(long, course="T Level Digital Production, Design and Development")
        make_project(quickline, funder="Faraday Battery Challenge", reference="FBC-104", institutes=[liot])
        make_file(quickline, manager)
    return quickline


def test_the_facts_are_accessible_in_every_look(open_page, quickline, people, yhiot):
    pages = {f"{quickline.pk}/": "facts-record", "seats/": "facts-seats", "promises/": "facts-promises"}
    if os.environ.get("SCREENSHOTS"):
        with institute_context(yhiot.id):
            seat, project = quickline.seats.get(), quickline.projects.get().project
        pages |= {
            "skills/": "facts-skills",
            "curriculum/": "facts-curriculum",
            "projects/": "facts-projects",
            f"projects/{project.pk}/": "facts-project",
            f"projects/{project.pk}/edit/": "facts-project-edit",
            f"seats/{seat.pk}/": "facts-seat",
            f"bodies/{seat.body_id}/met/": "facts-meeting",
            f"{quickline.pk}/seats/add/": "facts-seat-add",
            f"{quickline.pk}/promises/add/": "facts-promise-add",
            f"{quickline.pk}/projects/add/": "facts-project-add",
            f"{quickline.pk}/curriculum/add/": "facts-curriculum-add",
            f"{quickline.pk}/files/": "facts-files",
            f"{quickline.pk}/files/add/": "facts-file-add",
        }
    for path, name in pages.items():
        in_every_look(open_page, f"/employers/{path}", name, people.partnership_manager, yhiot)


def test_a_promise_is_noted_from_the_record_in_three_presses_and_its_words(open_page, quickline, people, yhiot):
    page = open_page(f"/employers/{quickline.pk}/", people.partnership_manager, yhiot)
    page.get_by_role("link", name="Promise", exact=True).click()
    page.get_by_label("They promised").check()
    page.get_by_label("What?").fill("Two placements")
    page.get_by_label("Until when?").fill((today() + dt.timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Note promise").click()
    expect(page.get_by_role("link", name="Two placements", exact=True)).to_be_visible()
    with institute_context(yhiot.id):
        assert Promise.objects.get(what="Two placements").side == "theirs"
