"""The documentation page in a real browser, under the site's own policy and without a network."""

import pytest
from playwright.sync_api import expect

from crm.core.api.documents import schema_text
from tests.browser import assert_accessible, in_every_look, screenshot
from tests.factories.identity import give_role

pytestmark = pytest.mark.browser


def test_the_documentation_shows_and_tries_the_api(open_page):
    schema_text("json")  # made once per process; this page is not about how long that takes
    page = open_page("/api/docs/")
    expect(page.get_by_role("heading", name="Anchorpoint API")).to_be_visible(timeout=30_000)
    page.locator("#operations-tag-Tiers").click()
    page.get_by_text("List tiers").click()
    expect(page.get_by_text("Needs the scope")).to_be_visible()
    expect(page.get_by_text("The token may not do that").first).to_be_visible()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.get_by_text("urn:anchorpoint:problem:unauthenticated").last).to_be_visible()
    screenshot(page, "api-docs")


def test_the_pages_of_tokens_are_accessible(open_page, people, yhiot):
    administrator = people.institute_administrator
    give_role(administrator, yhiot, "partnership_manager")
    in_every_look(open_page, "/accounts/tokens/", "tokens-none", administrator, yhiot)
    in_every_look(open_page, "/accounts/tokens/add-program/", "tokens-program", administrator, yhiot)
    page = open_page("/accounts/tokens/add/", administrator, yhiot)
    screenshot(page, "tokens-add")
    assert_accessible(page)
    page.get_by_label("What is it for?").fill("Website")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", name="Copy the token now")).to_be_visible()
    screenshot(page, "tokens-shown")
    assert_accessible(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("In force")).to_be_visible()
    in_every_look(open_page, "/accounts/tokens/", "tokens", administrator, yhiot)
