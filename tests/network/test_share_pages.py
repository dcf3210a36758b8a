"""The pages of what is shared, asked and known; in two institutes and for the network's lead."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import Institute
from crm.identity.roles import Role
from crm.network.actions import propose_share
from crm.network.actions.shares import Terms
from crm.network.models import Share, SharedCopy, ShareRead, ShareRequest
from crm.outbox.models import Entry
from employers.actions import change_stage, log_engagement, merge_employers
from employers.domain_events import StageChanged
from employers.models import Employer
from tests.factories.employers import make_employer, make_organisation
from tests.factories.identity import give_role, make_user
from workers.handlers.shares import refresh_shared_copies

SOON = (today() + dt.timedelta(days=30)).isoformat()
TERMS = {"fields_shared": ["name", "stage"], "until": SOON, "purpose": "One visit"}


@pytest.fixture
def quickline(inside):
    organisation = make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456")
    return make_employer("Quickline", organisation=organisation, stage="active", notes="Private note", owner=inside)


@pytest.fixture
def ours(client_for, people, yhiot):
    return client_for(people.partnership_manager, yhiot)


@pytest.fixture
def theirs(client_for, people, liot):
    return client_for(people.at(liot).partnership_manager, liot)


def test_from_the_record_to_the_other_institute_and_back(ours, theirs, quickline, liot):
    record = ours.get(f"/employers/{quickline.pk}/").content.decode()
    offer = f"/network/shares/of/employers.employer/{quickline.pk}/"
    assert offer in record
    assert ours.post(offer, {**TERMS, "receiver": liot.pk, "fields_shared": []}).status_code == 422
    assert "Proposed" in ours.post(offer, {**TERMS, "receiver": liot.pk}, follow=True).content.decode()
    share = Share.objects.get()
    assert "offers 2 facts" in theirs.get("/").content.decode()
    page = f"/network/shares/read/{share.pk}/"
    assert "You would read: Name, Stage" in theirs.get(page).content.decode()
    assert "Active" not in theirs.get(page).content.decode()
    accepted = theirs.post(f"{page}accept/", follow=True).content.decode()
    assert "Active" in accepted
    assert "Private note" not in accepted
    assert ShareRead.objects.count() == 1
    given = f"/network/shares/given/{share.pk}/"
    assert "Lincolnshire IoT" in ours.get(given).content.decode()
    ours.post(f"{given}end/")
    gone = theirs.get(page).content.decode()
    assert "Not shared any more" in gone
    assert "Active" not in gone


def test_another_institutes_share_is_not_found(ours, theirs, quickline, liot, client_for, people):
    ours.post(f"/network/shares/of/employers.employer/{quickline.pk}/", {**TERMS, "receiver": liot.pk})
    share = Share.objects.get()
    assert theirs.get(f"/network/shares/given/{share.pk}/").status_code == 404
    assert ours.get(f"/network/shares/read/{share.pk}/").status_code == 404
    assert theirs.get(f"/network/shares/of/employers.employer/{quickline.pk}/").status_code == 404
    assert ours.get(f"/network/shares/of/identity.user/{quickline.pk}/").status_code == 404


@pytest.mark.parametrize("typed", ["04123456", "4123456", "quickline communications limited"])
def test_a_search_says_known_in_the_network_and_nothing_else(theirs, quickline, typed):
    for path in (f"/search/?q={typed}", f"/employers/add/candidates/?name=x&company_number={typed}"):
        page = theirs.get(path).content.decode()
        assert "Known in the network" in page
        for private in ("Yorkshire", "yhiot", "Private note", str(quickline.pk), "Active"):
            assert private not in page
    assert "Known in the network" not in theirs.get("/search/?q=Quickline").content.decode()


def test_a_company_of_ones_own_is_not_news(ours, quickline):
    assert "Known in the network" not in ours.get("/search/?q=04123456").content.decode()


def test_asking_reaches_their_people_who_choose_what_to_share(ours, theirs, quickline, liot, people):
    ask = f"/employers/known/{quickline.organisation_id}/ask/"
    asked = theirs.post(ask, {"message": "We meet them soon"}, follow=True).content.decode()
    assert "Yorkshire" not in asked
    assert theirs.post(ask, {"message": "Again"}).status_code == 422
    home = ours.get("/").content.decode()
    assert "Lincolnshire IoT asks you to share it" in home
    request = ShareRequest.objects.get()
    grant = f"/employers/requests/{request.pk}/"
    assert ours.post(grant, {"fields_shared": ["stage"], "until": "2020-01-01"}).status_code == 422
    ours.post(grant, {"fields_shared": ["stage"], "until": SOON})
    with institute_context(liot.pk):
        copy = SharedCopy.objects.get()
    assert "Active" in theirs.get(f"/network/shares/read/{copy.pk}/").content.decode()


def test_a_request_that_is_declined_is_told_to_nobody(ours, theirs, quickline):
    theirs.post(f"/employers/known/{quickline.organisation_id}/ask/", {})
    ours.post(f"/network/shares/requests/{ShareRequest.objects.get().pk}/decline/")
    assert ShareRequest.objects.get().state == "declined"
    assert "Declined" not in theirs.get("/network/shares/").content.decode()


def test_the_network_lead_sees_counts_alone(client_for, quickline, inside, liot, people):
    network = Institute.objects.get(id=NETWORK_ID)
    user = make_user("Ingrid Solberg")
    give_role(user, network, Role.NETWORK_LEAD)
    lead = client_for(user, network)
    log_engagement(employer=quickline, kind="call", summary="Private", by=inside)
    assert "Quickline" not in lead.get("/employers/in-touch/").content.decode()
    assert "1 institute<" in lead.get("/employers/in-touch/?number=04123456").content.decode()
    manager = people.at(liot).partnership_manager
    with institute_context(liot.pk, user_id=manager.pk):
        other = make_employer("Quick", organisation=quickline.organisation)
        log_engagement(employer=other, kind="visit", summary="Private", by=manager)
    page = lead.get("/employers/in-touch/").content.decode()
    assert "QUICKLINE COMMUNICATIONS LIMITED" in page
    for private in ("Yorkshire", "Lincolnshire", "Private"):
        assert private not in page
    assert client_for(inside, Institute.objects.get(code="yhiot")).get("/employers/in-touch/").status_code == 403


def test_copies_follow_the_facts_that_are_recorded(ours, theirs, quickline, liot, inside):
    ours.post(f"/network/shares/of/employers.employer/{quickline.pk}/", {**TERMS, "receiver": liot.pk})
    page = f"/network/shares/read/{Share.objects.get().pk}/"
    theirs.post(f"{page}accept/")
    change_stage(employer=Employer.objects.get(pk=quickline.pk), stage="dormant", by=inside)
    event = StageChanged(employer_id=quickline.pk, before="active", after="dormant")
    refresh_shared_copies(event, Entry.objects.get(type="employers.stage_changed"))
    assert "Dormant" in theirs.get(page).content.decode()


def test_the_api_follows_the_same_rules(api_for, people, yhiot, liot, quickline):
    ours, theirs = api_for(people.partnership_manager, yhiot), api_for(people.at(liot).partnership_manager, liot)
    about = f"organisations/{quickline.organisation_id}"
    assert ours.get(f"{about}/known/").json() == {"known_in_network": False}
    assert theirs.get(f"{about}/known/").json() == {"known_in_network": True}
    asked = theirs.post(f"{about}/ask-to-share/", {"message": "Soon"})
    assert (asked.status_code, set(asked.json())) == (201, {"id", "label", "asked_at"})
    [request] = ours.get("share-requests/").json()["items"]
    terms = {"fields_shared": ["stage"], "until": SOON}
    assert ours.post(f"share-requests/{request['id']}/grant/", terms).json()["state"] == "granted"
    [copy] = theirs.get("shared-with-us/").json()["items"]
    assert theirs.post(f"shared-with-us/{copy['id']}/read/").json() == {"values": {"stage": "Active"}}
    [share] = ours.get("shares/").json()["items"]
    assert ours.post(f"shares/{share['id']}/end/").json()["state"] == "revoked"
    assert theirs.post(f"shared-with-us/{copy['id']}/read/").status_code == 404
    offer = {"object_type": "employers.employer", "object_id": str(quickline.pk), "receiver": str(liot.pk)}
    offered = ours.post("shares/", {**offer, **terms})
    assert (offered.status_code, offered.json()["state"]) == (201, "proposed")
    assert theirs.post(f"shared-with-us/{offered.json()['id']}/decline/").json()["state"] == "declined"


def test_the_record_that_is_left_of_a_merge_says_who_reads_it(ours, quickline, liot, inside):
    share = propose_share(
        object_type="employers.employer", object_id=quickline.pk, terms=Terms(["name"], liot, today()), by=inside
    )
    second, kept = make_employer("Quickline Group"), make_employer("Quickline Holdings")
    merge_employers(kept=second, merged=quickline, by=inside)
    merge_employers(kept=kept, merged=second, by=inside)
    page = ours.get(f"/employers/{kept.pk}/").content.decode()
    assert f"/shares/given/{share.pk}/" in page
