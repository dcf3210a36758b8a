"""The list as a tool in a real browser: filters, columns and bulk changes in every look, and by keyboard alone."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from crm.base.clock import today
from crm.base.context import institute_context
from employers.actions import keep_view, name_tag, set_tags
from employers.models import Employer
from tests.browser import assert_accessible, assert_no_sideways_scroll, in_every_look, screenshot
from tests.factories.employers import make_employer, make_tier

pytestmark = pytest.mark.browser

NAMES = {
    "Associated British Ports (Humber Estuary Services) Holdings Limited": (
        "Yorkshire and The Humber",
        "H",
        "1000-4999",
    ),
    "Bakkavor Spalding": ("East Midlands", "C", "5000-19999"),
    "Lincolnshire Co-operative Limited": ("East Midlands", "G", "1000-4999"),
    "Quickline Communications": ("Yorkshire and The Humber", "J", "50-249"),
}


@pytest.fixture
def at_work(committed, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        host = name_tag(name="T Level host", by=manager)
        for days, (name, (region, section, size)) in enumerate(NAMES.items()):
            employer = make_employer(
                name, region=region, sic_section=section, size_band=size, lsip_area="Hull and East Yorkshire",
                is8_sector="clean-energy", sector="Ports and logistics", tier=make_tier(), stage="active",
                owner=manager if days else None, last_contact_on=today() - dt.timedelta(days=30 * days),
            )  # fmt: skip
            set_tags(employer=employer, tags=[host], by=manager)
        keep_view(name="Anchors in the Humber", query="region=Yorkshire and The Humber", is_shared=True, by=manager)
        keep_view(name="Mine to call", query="contact=31-90", by=manager)
    return manager, yhiot


def test_the_list_with_filters_and_every_column_is_accessible_in_every_look(open_page, at_work):
    many = "&".join(
        f"col={name}" for name in ("standing", "health", "owner", "tags", "is8_sector", "size_band", "region")
    )
    narrowed = f"/employers/?region=Yorkshire+and+The+Humber&contact=30&{many}&density=compact"
    in_every_look(open_page, narrowed, "employers-list-narrowed", *at_work)
    in_every_look(open_page, "/employers/tags/", "employers-tags", *at_work)
    assert_no_sideways_scroll(open_page(narrowed, *at_work, width=320))


def test_employers_are_chosen_by_keyboard_changed_after_a_look_and_given_back(open_page, at_work):
    manager, yhiot = at_work
    page = open_page("/employers/", *at_work)
    expect(page.get_by_role("link", name="Mine to call 2")).to_be_visible()  # its count has come
    for key in "jxjjxk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Bakkavor Spalding")).to_be_focused()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    screenshot(page, "employers-list-chosen")
    assert_accessible(page)
    page.get_by_role("button", name="Owner").click()
    page.get_by_label("New owner").select_option(label=manager.name)
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("1 would change")).to_be_visible()
    screenshot(page, "employers-bulk-look")
    assert_accessible(page)
    page.get_by_role("button", name="Change 1").click()
    expect(page.get_by_text("1 employer changed by")).to_be_visible()
    screenshot(page, "employers-bulk-done")
    assert_accessible(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone for 1.")).to_be_visible()
    with institute_context(yhiot.id):
        assert Employer.objects.filter(owner=None).count() == 1
