"""The pages of employers in a real browser: by keyboard, with and without JavaScript, in every look."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.mail.models import Occurrence
from employers.actions import add_follow_up, log_engagement
from employers.models import Employer, Engagement, FollowUp
from employers.rollups import refresh_due_health
from tests.browser import assert_accessible, assert_no_sideways_scroll, in_every_look, screenshot
from tests.factories.employers import make_contact, make_employer, make_organisation, make_tier
from tests.factories.mail import make_reminder

pytestmark = pytest.mark.browser


@pytest.fixture
def quickline(committed, yhiot, people):
    """An institute at work: employers in several states, one with a past and next steps."""
    manager, mate = people.partnership_manager, people.events_coordinator
    manager.name, mate.name = "Priya Nair", "Tom Askew"
    manager.save()
    mate.save()
    with institute_context(yhiot.id, user_id=manager.id):
        gold, bronze = make_tier("Anchor partner", "anchor"), make_tier("Friend", "supporter")
        quickline = make_employer(
            "Quickline Communications",
            stage="active",
            tier=gold,
            owner=manager,
            sector="Digital infrastructure",
            town="Hull",
            postcode="HU3 2HJ",
            website="https://quickline.example",
            domain="quickline.example",
            since_on=dt.date(2024, 9, 1),
            notes="Prefers calls before noon.",
            organisation=make_organisation("QUICKLINE COMMUNICATIONS LIMITED", "04123456"),
        )
        jo = make_contact(quickline, "Jo Marsh", ("main",), job_title="Head of social value", phone="01482 000000")
        log_engagement(employer=quickline, kind="call", summary="Wants learner stories by 5 December.", contacts=[jo],
                       happened_at=now() - dt.timedelta(days=3), minutes=20, by=manager)  # fmt: skip
        log_engagement(employer=quickline, kind="meeting", summary="Agreed year two.\n\nNext: the draft.", by=mate,
                       happened_at=now() - dt.timedelta(days=40))  # fmt: skip
        add_follow_up(title="Send draft year-two report", due_on=today(), owner=manager, employer=quickline, by=manager)
        soon = today() + dt.timedelta(days=3)
        add_follow_up(title="Invite to the final", due_on=soon, owner=manager, employer=quickline, by=mate)
        quiet = make_employer("Bakkavor Spalding", stage="in_conversation", tier=bronze, sector="Food and agri-tech",
                              owner=manager, last_contact_on=today() - dt.timedelta(days=71))  # fmt: skip
        late = add_follow_up(title="Renewal call", due_on=today(), owner=manager, employer=quiet, by=manager)
        FollowUp.objects.filter(pk=late.pk).update(due_on=today() - dt.timedelta(days=12))
        make_employer("Reckitt Hull", sector="Health science")
        make_employer("Ørsted East Coast", stage="dormant", owner=mate, last_contact_on=today())
        mail = make_reminder(manager, "Renewal")
        to = {"recipient_type": "employers.contact", "recipient_id": jo.pk, "recipient_name": jo.name}
        Occurrence.objects.filter(pk=mail.pk).update(state="planned", not_before=now() + dt.timedelta(days=2), **to)
        refresh_due_health()
    return quickline


@pytest.fixture
def at_work(people, yhiot):
    return people.partnership_manager, yhiot


PAGES = {
    "home": "/",
    "list": "/employers/",
    "next-steps": "/employers/next-steps/",
    "health": "/employers/health/",
    "contribution": "/employers/{}/?compose=contribution",
    "list-quiet": "/employers/?view=quiet",
    "list-none": "/employers/?q=zzzzz",
    "add": "/employers/add/",
    "log": "/employers/log/",
    "record": "/employers/{}/",
    "edit": "/employers/{}/edit/",
    "link": "/employers/{}/link/",
    "contact-add": "/employers/{}/contacts/add/",
    "next-step": "/employers/{}/next-step/",
    "log-with": "/employers/log/?employer={}",
}


def test_the_pages_are_accessible_in_every_look(open_page, quickline, at_work, yhiot):
    for name, path in PAGES.items():
        in_every_look(open_page, path.format(quickline.pk), f"employers-{name}", *at_work)
    with institute_context(yhiot.id):
        contact, step = quickline.contacts.get(), quickline.follow_ups.order_by("due_on").first()
    in_every_look(open_page, f"/employers/contacts/{contact.pk}/", "employers-contact", *at_work)
    in_every_look(open_page, f"/employers/next-steps/{step.pk}/", "employers-follow-up", *at_work)
    in_every_look(open_page, f"/employers/next-steps/{step.pk}/drop/", "employers-drop", *at_work)


def test_the_pages_fit_a_window_of_320_pixels(open_page, quickline, at_work):
    page = open_page("/", *at_work, width=320)
    for name in ("list", "record", "add", "log-with"):
        page.goto(open_page.site.path(PAGES[name].format(quickline.pk), at_work[1]))
        assert_no_sideways_scroll(page)


def test_a_call_is_logged_from_anywhere_by_keyboard_alone(open_page, quickline, at_work, yhiot):
    page = open_page("/", *at_work)
    page.keyboard.press("l")
    expect(page.get_by_label("Employer")).to_be_focused()
    page.keyboard.type("quick")
    expect(page.get_by_label("Quickline Communications")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("What happened")).to_be_focused()
    page.keyboard.type("Spoke to Jo about lathes")
    page.keyboard.press("Tab")
    page.keyboard.type("call again tomorrow")
    expect(page.get_by_text("“Call again”, due")).to_be_visible()
    screenshot(page, "employers-log-filled")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Call with Quickline Communications logged.")).to_be_visible()
    expect(page.get_by_text("Spoke to Jo about lathes")).to_be_visible()
    with institute_context(yhiot.id):
        assert Engagement.objects.filter(summary="Spoke to Jo about lathes", kind="call").count() == 1
        assert FollowUp.objects.filter(title="Call again", owner=at_work[0]).count() == 1


def test_a_likely_duplicate_is_shown_while_typing_and_one_click_uses_it(open_page, quickline, at_work, yhiot):
    page = open_page("/employers/add/", *at_work)
    page.keyboard.type("Quickline Comms Ltd")
    expect(page.get_by_text("We may already have this employer")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    screenshot(page, "employers-add-duplicate")
    assert_accessible(page)
    page.get_by_role("link", name="Use this one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quickline Communications")


def test_the_list_follows_while_typing_and_keeps_the_focus(open_page, quickline, at_work):
    page = open_page("/employers/", *at_work)
    expect(page.get_by_role("link", name="Reckitt Hull")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("bakka")
    expect(page.get_by_role("link", name="Reckitt Hull")).not_to_be_visible()
    expect(page.get_by_role("link", name="Bakkavor Spalding")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert "q=bakka" in page.url


def test_an_employer_is_added_and_a_call_logged_without_javascript(open_page, quickline, at_work, yhiot):
    page = open_page("/employers/add/", *at_work, javascript=False)
    page.get_by_label("Name", exact=True).fill("Quickline Comms")
    page.get_by_role("button", name="Add employer").click()
    expect(page.get_by_role("link", name="Use this one")).to_be_visible()
    page.get_by_role("button", name="Add employer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quickline Comms")
    page.get_by_label("What happened").fill("First call")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("Call with Quickline Comms logged.")).to_be_visible()
    page.goto(page.url.rsplit("/", 2)[0] + "/")
    page.get_by_role("searchbox").fill("comms")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Quickline Comms", exact=True)).to_be_visible()
    with institute_context(yhiot.id):
        assert Employer.objects.get(name="Quickline Comms").last_contact_on == today()
