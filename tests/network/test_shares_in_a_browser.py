"""A person's page and what is shared, looked at in every look; and a share from the record to the reader by clicks."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from crm.base.clock import today
from crm.base.context import institute_context
from crm.mail.actions import note_preference
from crm.network.actions import accept_share, propose_share
from crm.network.actions.shares import Terms
from crm.network.models import SharedCopy
from employers.actions import ask_to_share, log_engagement, move_contact
from tests.browser import in_every_look
from tests.factories.employers import make_contact, make_employer, make_organisation
from tests.factories.facts import make_file

pytestmark = pytest.mark.browser


@pytest.fixture
def told(committed, yhiot, liot, people):
    """A person who moved and objected; their employer shared with another institute, which asks for more."""
    manager, reader = people.partnership_manager, people.at(liot).partnership_manager
    with institute_context(yhiot.pk, user_id=manager.pk):
        organisation = make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456")
        quickline = make_employer("Quickline Communications", organisation=organisation, stage="active", owner=manager)
        jo = make_contact(quickline, "Jo Marshfield", ("finance", "main"), email="jo@quickline.example")
        log_engagement(employer=quickline, kind="call", summary="Jo Marshfield rang", contacts=[jo], by=manager)
        said = "Met the board. Jo asked whether the placements could begin after Easter, and who pays for the bus."
        log_engagement(employer=quickline, kind="meeting", summary=said, by=manager)
        make_file(quickline, manager, "Letter of 12 May about the placements in the spring.pdf")
        joined = move_contact(contact=jo, employer=make_employer("Northern Powergrid (Yorkshire) plc"), by=manager)
        whom = {"person_type": "employers.contact", "person_id": jo.pk, "purpose": "marketing", "channel": "email"}
        note_preference(**whom, basis="objection", source="on the phone to Priya", by=manager)
        make_contact(quickline, "Alex Byrne", ("signatory",), job_title="Managing director")
        terms = Terms(["name", "stage", "people"], liot, today() + dt.timedelta(days=90), "One visit instead of two")
        share = propose_share(object_type="employers.employer", object_id=quickline.pk, terms=terms, by=manager)
    with institute_context(liot.pk, user_id=reader.pk):
        accept_share(copy=SharedCopy.objects.get(pk=share.pk), by=reader)
        ask_to_share(organisation=organisation, message="We meet them on Monday", by=reader)
    return {"jo": joined, "quickline": quickline, "share": share}


def test_the_pages_in_every_look(told, open_page, people, yhiot, liot):
    manager, administrator = people.partnership_manager, people.institute_administrator
    person = f"/employers/contacts/{told['jo'].pk}/"
    in_every_look(open_page, f"{person}person/", "person", manager, yhiot)
    in_every_look(open_page, f"{person}erase/", "person-erase", administrator, yhiot)
    in_every_look(open_page, f"{person}moved/", "person-moved", manager, yhiot)
    in_every_look(open_page, "/network/shares/", "shares", manager, yhiot)
    offer = f"/network/shares/of/employers.employer/{told['quickline'].pk}/"
    in_every_look(open_page, offer, "share-offer", manager, yhiot)
    reader = people.at(liot).partnership_manager
    in_every_look(open_page, f"/network/shares/read/{told['share'].pk}/", "share-read", reader, liot)


def test_a_share_is_ended_by_one_click(told, open_page, people, yhiot):
    page = open_page(f"/network/shares/given/{told['share'].pk}/", people.partnership_manager, yhiot)
    page.get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_text("They can read nothing of it any more")).to_be_visible()
    expect(page.get_by_role("button", name="Stop sharing")).to_have_count(0)
