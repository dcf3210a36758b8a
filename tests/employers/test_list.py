"""The list of employers: what it shows, how it narrows, what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from crm.base.clock import today
from crm.identity.models import Membership
from employers.actions import add_follow_up, change_contact
from tests.factories.employers import make_contact, make_employer, make_tier

QUERIES = 6  # session, person, roles; counts, choices and kept views; rows, next steps
_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config", "BEGIN", "COMMIT")


def queries_of(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return [q["sql"] for q in captured if not q["sql"].startswith(_FRAME)]


@pytest.mark.parametrize("rows", [1, 3, 25])
def test_the_list_asks_the_same_number_of_queries_whatever_it_shows(inside, manager, rows):
    for number in range(rows):
        employer = make_employer(f"Employer {number}", tier=make_tier(), owner=inside, sector=f"Sector {number}")
        add_follow_up(title="Call", due_on=today(), owner=inside, employer=employer, by=inside)
    manager.get("/employers/")  # the first request of a session also writes it down
    asked = queries_of(manager, "/employers/")
    assert len(asked) == QUERIES, "\n".join(asked)


def shown(client, query=""):
    page = client.get(f"/employers/{query}").context["page"]
    return [employer.name for employer in page.rows]


def test_a_row_says_how_things_stand_and_what_comes_next(inside, manager, quickline):
    quickline.last_contact_on = today() - dt.timedelta(days=71)
    quickline.tier = make_tier("Gold partner", "anchor")
    quickline.save()
    follow_up = add_follow_up(title="Renewal call", due_on=today(), owner=inside, employer=quickline, by=inside)
    follow_up.due_on = today() - dt.timedelta(days=9)
    follow_up.save()
    html = manager.get("/employers/").content.decode()
    for said in ("Going quiet", "71 days ago", "Gold partner", "Renewal call", "Overdue since", escape(inside.name)):
        assert said in html


def test_the_list_narrows_by_each_filter_and_by_all_together(inside, people, manager):
    gold, mate = make_tier(), people.events_coordinator
    long_ago = today() - dt.timedelta(days=90)
    make_employer("Alpha", owner=inside, tier=gold, stage="active", sector="Food", last_contact_on=long_ago)
    make_employer("Beta", owner=mate, stage="prospect", sector="Robots", last_contact_on=today())
    make_employer("Gamma", stage="dormant", last_contact_on=long_ago)
    assert shown(manager) == ["Alpha", "Beta", "Gamma"]
    assert shown(manager, "?view=mine") == ["Alpha"]
    assert shown(manager, "?view=anchor") == ["Alpha"]
    assert shown(manager, "?view=quiet") == ["Alpha"]
    assert shown(manager, "?stage=prospect") == ["Beta"]
    assert shown(manager, f"?tier={gold.pk}") == ["Alpha"]
    assert shown(manager, f"?owner={mate.pk}") == ["Beta"]
    assert shown(manager, "?sector=Robots") == ["Beta"]
    assert shown(manager, f"?sector=Robots&owner={inside.pk}") == []
    assert shown(manager, "?q=alp") == ["Alpha"]


def test_the_tabs_count_what_they_show(inside, manager):
    make_employer(owner=inside)
    make_employer(tier=make_tier(), last_contact_on=today() - dt.timedelta(days=60))
    response = manager.get("/employers/")
    counts = {tab["label"]: tab["count"] for tab in response.context["tabs"]}
    assert counts == {"My employers": 1, "Anchor": 1, "Going quiet": 1, "All": 2}


def test_the_list_sorts_by_name_without_case_and_by_last_contact(manager, inside):
    make_employer("beta", last_contact_on=today())
    make_employer("Alpha", last_contact_on=today() - dt.timedelta(days=3))
    make_employer("Gamma")
    assert shown(manager, "?sort=name") == ["Alpha", "beta", "Gamma"]
    assert shown(manager, "?sort=-name") == ["Gamma", "beta", "Alpha"]
    assert shown(manager, "?sort=last_contact") == ["Gamma", "Alpha", "beta"]
    assert shown(manager, "?sort=-last_contact") == ["beta", "Alpha", "Gamma"]


@pytest.mark.parametrize(
    "query", ["?tier=nonsense&owner=1", "?sort=evil", "?view=x", "?page=999", "?q=%00", "?q=%25%27--", "?stage=%F0%9F"]
)
def test_a_strange_link_still_answers(manager, quickline, query):
    assert manager.get(f"/employers/{query}").status_code == 200


def test_htmx_gets_the_rows_alone_and_others_the_page(manager, quickline):
    rows = manager.get("/employers/?q=quick", headers={"HX-Request": "true"}).content.decode()
    assert "Quickline" in rows
    assert "<html" not in rows
    assert "<html" in manager.get("/employers/?q=quick").content.decode()


def test_an_employer_is_found_by_the_name_of_its_people(manager, inside, quickline):
    change_contact(contact=make_contact(quickline, "Jo"), name="Jo Marsh", by=inside)
    assert shown(manager, "?q=marsh") == ["Quickline Communications"]


def test_an_empty_list_says_how_to_begin_and_an_empty_search_how_to_go_on(manager, quickline, client_for, people, liot):
    empty = client_for(people.at(liot).partnership_manager, liot).get("/employers/").content.decode()
    assert "Add the first employer" in empty
    nothing = manager.get("/employers/?q=zzzzzz").content.decode()
    assert "Add “zzzzzz”" in nothing


def test_a_spreadsheet_is_imported_from_the_list_by_whom_may(manager, quickline, client_for, people, yhiot, liot):
    empty = client_for(people.at(liot).partnership_manager, liot).get("/employers/").content.decode()
    assert "Import a spreadsheet" in empty
    assert "/imports/new/?kind=employers" in manager.get("/employers/").content.decode()
    assert "/imports/new/" not in client_for(people.events_coordinator, yhiot).get("/employers/").content.decode()
    assert "/imports/new/?kind=engagements" in manager.get("/employers/log/").content.decode()
    assert "/imports/new/" not in manager.get(f"/employers/log/?employer={quickline.pk}").content.decode()


def test_another_institutes_employers_are_not_on_the_list(manager, quickline, theirs):
    assert shown(manager) == ["Quickline Communications"]
    assert shown(manager, "?q=siemens") == []


def test_employers_of_a_colleague_who_has_left_the_institute_are_found_by_their_name(inside, manager, people):
    gone, never = people.events_coordinator, people.bursary_administrator
    make_employer("Alpha", owner=gone), make_employer("Beta", owner=inside)
    Membership.objects.filter(user__in=[gone, never]).update(is_active=False)
    page = manager.get(f"/employers/?owner={gone.pk}")
    offered = dict(next(choices for name, _, choices in page.context["first_filters"] if name == "owner"))
    assert offered[str(gone.pk)] == f"{gone.name} (no longer here)"
    assert offered[str(inside.pk)] == inside.name and str(never.pk) not in offered
    assert [employer.name for employer in page.context["page"].rows] == ["Alpha"]
