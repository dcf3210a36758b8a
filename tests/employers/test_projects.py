"""Live projects: several employers here, a row of its own at every other institute."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.network.actions import accept_share, propose_share, read_share
from crm.network.actions.shares import Terms
from crm.network.models import SharedCopy
from crm.outbox.models import Entry, TimelineItem
from employers.actions import change_employer
from employers.actions.projects import change_project, join_project, leave_project
from employers.domain_events import EmployerChanged
from employers.domain_events.projects import PROJECT, ProjectLeft
from employers.models import LiveProject, ProjectEmployer
from tests.factories.employers import make_employer
from tests.factories.facts import make_project
from tests.queries import own_queries
from workers.handlers.shares import refresh_shared_projects, rename_in_shared_projects


def test_several_employers_take_part_and_leave(inside, quickline):
    catch = make_employer("CATCH")
    project = make_project(quickline)
    join_project(project=project, employer=catch, part="lead", by=inside)
    with pytest.raises(Conflict, match="is lead already"):
        join_project(project=project, employer=catch, part="lead", by=inside)
    join_project(project=project, employer=catch, part="supporter", by=inside)
    assert dict(project.participants.values_list("employer__name", "part")) == {
        "CATCH": "supporter",
        "Quickline Communications": "partner",
    }
    leave_project(project=project, employer=catch, by=inside)
    with pytest.raises(Conflict, match="not in this project"):
        leave_project(project=project, employer=catch, by=inside)
    told = list(TimelineItem.objects.filter(subject_id=catch.pk, kind="project").values_list("text", flat=True))
    assert "No longer in the project Battery skills" in told


def test_a_funders_reference_is_known_once_here(inside, quickline):
    make_project(reference="ab-100")
    for same in ({"reference": "AB-100", "funder": "innovate uk"}, {"reference": "ab-100"}):
        with pytest.raises(Conflict, match="known here already"):
            make_project(title="Another", **same)
    make_project(title="Another", funder="Faraday Battery Challenge", reference="AB-100")
    assert LiveProject.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": ""}, "title"),
        ({"funder": " "}, "funder"),
        ({"starts_on": dt.date(2026, 2, 1), "ends_on": dt.date(2026, 1, 1)}, "ends_on"),
    ],
)
def test_what_is_no_project_is_refused_at_its_field(inside, facts, field):
    with pytest.raises(DomainError) as refused:
        make_project(**facts)
    assert refused.value.field == field
    assert not LiveProject.objects.exists()


def test_naming_another_institute_shows_it_nothing(client_for, people, inside, yhiot, liot, quickline):
    project = make_project(quickline, title="Canary Batteries", reference="FBC-7", institutes=[liot, yhiot])
    assert [each.other for each in project.other_institutes.all()] == [liot]  # oneself is no other
    stranger = client_for(people.at(liot).partnership_manager, liot)
    assert stranger.get(f"/employers/projects/{project.pk}/").status_code == 404
    for page in ("/employers/projects/", "/search/?q=canary", "/"):
        assert "Canary" not in stranger.get(page).content.decode()
    with institute_context(liot.id, user_id=people.at(liot).partnership_manager.id):
        theirs = make_project(title="Our own words", reference="fbc-7")
        assert LiveProject.objects.get() == theirs
    assert theirs.shared_key == project.shared_key == ("innovate uk", "FBC-7")


def test_another_institute_reads_what_is_shared_of_a_project(inside, client_for, people, yhiot, liot, quickline):
    project, reader = make_project(quickline, title="Batteries", reference="FBC-7"), people.at(liot).partnership_manager
    manager = client_for(people.partnership_manager, yhiot)
    own = f"/employers/projects/{project.pk}/"
    assert "/network/shares/of/employers.live_project/" in manager.get(own).content.decode()
    terms = Terms(["title", "employers"], liot, today() + dt.timedelta(days=30), "One visit instead of two")
    share = propose_share(object_type=PROJECT, object_id=project.pk, terms=terms, by=inside)
    assert liot.short_name in manager.get(own).content.decode()

    def read():
        with institute_context(liot.id, user_id=reader.id):
            return read_share(copy=SharedCopy.objects.get(pk=share.pk), by=reader)

    with institute_context(liot.id, user_id=reader.id):
        accept_share(copy=SharedCopy.objects.get(pk=share.pk), by=reader)
    assert read() == {"title": "Batteries", "employers": "Quickline Communications, Partner"}
    join_project(project=project, employer=make_employer("CATCH"), part="lead", by=inside)
    refresh_shared_projects(ProjectLeft(employer_id=quickline.pk, project_id=project.pk, title="Batteries"), None)
    assert read()["employers"] == "CATCH, Lead\nQuickline Communications, Partner"
    change_employer(employer=quickline, name="Quickline", by=inside)
    rename_in_shared_projects(EmployerChanged(employer_id=quickline.pk, fields=["name"]), None)
    assert read()["employers"].endswith("Quickline, Partner")


def test_changing_nothing_records_nothing(inside, liot):
    project = make_project(institutes=[liot])
    change_project(project=project, title="Battery skills", institutes=[liot], by=inside)
    assert Entry.objects.count() == 1
    change_project(project=project, institutes=[], by=inside)
    assert Entry.objects.get(type="employers.project_changed").payload["fields"] == ["the other institutes"]


def test_a_project_is_added_joined_edited_and_left_on_pages(manager, quickline, liot):
    page = f"/employers/{quickline.pk}/projects/add/"
    assert "Who pays for it?" in manager.post(page, {"part": "lead", "title": "Batteries"}).content.decode()
    manager.post(page, {"part": "lead", "title": "Batteries", "funder": "Innovate UK", "reference": "X1"})
    project = LiveProject.objects.get()
    catch = make_employer("CATCH")
    manager.post(f"/employers/{catch.pk}/projects/add/", {"part": "partner", "project": project.pk})
    own = f"/employers/projects/{project.pk}/"
    manager.post(own + "edit/", {"title": "Batteries 2", "funder": "Innovate UK", "institutes": [liot.pk]})
    html = manager.get(own).content.decode()
    for said in ("Batteries 2", "Quickline", "CATCH", liot.name):
        assert said in html
    assert "Batteries 2" in manager.get("/employers/projects/?q=catch").content.decode()
    assert "Batteries 2" in manager.get(f"/employers/{quickline.pk}/").content.decode()
    part = project.participants.get(employer=catch)
    manager.post(f"/employers/projects/parts/{part.pk}/leave/")
    assert ProjectEmployer.objects.get().employer == quickline


def test_the_list_asks_as_much_for_three_as_for_one(manager, quickline, inside):
    def count():
        with own_queries() as queries:
            assert manager.get("/employers/projects/").status_code == 200
        return len(queries)

    make_project(quickline)
    count()  # the first request of a session asks more
    with_one = count()
    make_project(quickline, title="B"), make_project(make_employer(), title="C")
    assert count() == with_one


def test_projects_by_api(api_for, people, yhiot, liot, quickline):
    api = api_for(people.partnership_manager, yhiot)
    sent = {"title": "Batteries", "funder": "Faraday Battery Challenge", "institutes": [str(liot.pk)]}
    made = api.post("projects/", sent)
    assert made.status_code == 201, made.json()
    address = f"projects/{made.json()['id']}/"
    assert made.json()["institutes"] == [{"id": str(liot.pk), "name": liot.name}]
    joined = api.post(address + "join/", {"employer": str(quickline.pk), "part": "lead"}).json()
    assert [(each["employer"]["name"], each["part"]) for each in joined["employers"]] == [(quickline.name, "lead")]
    assert api.patch(address, {"reference": "F9"}).json()["reference"] == "F9"
    assert api.get(f"projects/?employer={quickline.pk}").json()["items"][0]["title"] == "Batteries"
    assert api.post(address + "leave/", {"employer": str(quickline.pk)}).json()["employers"] == []
    assert api.post("projects/", {"title": "x", "funder": "y", "institutes": [str(yhiot.pk)]}).status_code == 422
