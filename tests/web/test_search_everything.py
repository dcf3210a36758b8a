"""Search over everything a person may see: people too, grouped, misspelt, and nothing of what they may not see."""

import datetime as dt
import re

import pytest

from crm.base.clock import today
from crm.core import search
from employers.actions import (
    add_contact,
    add_other_name,
    change_employer,
    end_contact,
    merge_employers,
    undo_merge,
)
from employers.models import Employer
from tests.factories.contributions import make_contribution
from tests.factories.employers import make_employer
from tests.factories.funds import make_fund
from tests.handing_on import handed_on


@pytest.fixture
def quickline(inside):
    return make_employer("Quickline Communications", sector="Digital")


@pytest.fixture
def manager(client_for, people, yhiot):
    return client_for(people.partnership_manager, yhiot)


def hits(client, query, path="/search/"):
    page = client.get(path, {"q": query}).content.decode()
    return re.findall(r'<div class="what"><a href="([^"]+)">([^<]+)</a>', page)


def test_a_misspelt_name_finds_its_employer(manager, quickline):
    for typed in ("qickline", "quicklin", "Quickline Comunications", "communications quickline"):
        assert [label for _, label in hits(manager, typed)] == ["Quickline Communications"], typed


def test_former_and_trading_names_find_an_employer(manager, quickline, inside):
    add_other_name(employer=quickline, kind="trading", name="Fibre Folk", by=inside)
    change_employer(employer=quickline, name="Zen Networks", by=inside)
    for typed in ("fibre folk", "fiber folk", "quickline", "zen"):
        assert [label for _, label in hits(manager, typed)] == ["Zen Networks"], typed


def test_people_are_found_and_one_who_left_is_marked(manager, quickline, inside):
    jo = add_contact(employer=quickline, name="Jo Marsh", email="jo@quickline.example", by=inside)
    page = manager.get("/search/?q=jo+marsh").content.decode()
    assert f"/employers/contacts/{jo.pk}/person/" in page and "Left ·" not in page
    end_contact(contact=jo, left_on=today() - dt.timedelta(days=1), by=inside)
    assert "Left · Quickline Communications" in manager.get("/search/?q=jo+marsh").content.decode()


def test_hits_of_one_kind_stand_together_below_their_title(manager, quickline, inside):
    add_contact(employer=quickline, name="Quentin Quickline", by=inside)
    make_employer("Quickline Trains")
    page = manager.get("/search/?q=quickline").content.decode()
    assert re.findall(r'<h2 class="rows-title">(\w+)', page) == ["Employer", "Contact"]
    labels = [label for _, label in hits(manager, "quickline")]
    assert set(labels[:2]) == {"Quickline Communications", "Quickline Trains"}
    kinds = re.findall(r'<span class="kind">(\w+)', manager.get("/search/palette/?q=quickline").content.decode())
    assert kinds == ["Employer", "Employer", "Contact"]


def test_one_kind_does_not_crowd_out_the_others(manager, quickline, inside):
    for number in range(15):
        add_contact(employer=quickline, name=f"Robin {number}", by=inside)
    Employer.objects.create(name="Unindexed")
    make_employer("Robin Engineering")
    kinds = re.findall(r'<span class="kind">(\w+)', manager.get("/search/palette/?q=robin").content.decode())
    assert "Employer" in kinds and "Contact" in kinds


def test_what_a_role_may_not_see_is_not_found(client_for, people, yhiot, inside):
    make_fund(100, name="Quickline bursary fund")
    assert hits(client_for(people.bursary_administrator, yhiot), "bursary fund")
    assert not hits(client_for(people.events_coordinator, yhiot), "bursary fund")


def test_another_institutes_rows_are_not_found(client_for, people, liot, quickline):
    assert not hits(client_for(people.at(liot).partnership_manager, liot), "quickline")
    assert search.find("quickline", kinds=["employer"])


def test_contributions_are_found_by_what_their_employer_is_called_now(quickline, inside):
    kinds = ["sponsorships.contribution"]
    given = make_contribution(inside, quickline)
    with handed_on("workers.handlers.search"):
        change_employer(employer=quickline, name="Zen Networks", by=inside)
    assert [(hit.object_id, hit.subtitle) for hit in search.find("zen networks", kinds=kinds)] == [
        (given.pk, "Zen Networks")
    ]
    kept = make_employer("Fibre Folk")
    with handed_on("workers.handlers.search"):
        merge = merge_employers(kept=kept, merged=quickline, by=inside)
    assert [hit.subtitle for hit in search.find("welding robot", kinds=kinds)] == ["Fibre Folk"]
    with handed_on("workers.handlers.search"):
        undo_merge(merge=merge, by=inside)
    assert [hit.subtitle for hit in search.find("welding robot", kinds=kinds)] == ["Zen Networks"]
