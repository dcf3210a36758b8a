"""The documentation page in a real browser, under the site's own policy and without a network."""

import pytest
from playwright.sync_api import expect

from tests.browser import screenshot

pytestmark = pytest.mark.browser


def test_the_documentation_shows_and_tries_the_api(open_page):
    page = open_page("/api/docs/")
    expect(page.get_by_role("heading", name="Anchorpoint API")).to_be_visible()
    page.locator("#operations-tag-Tiers").click()
    page.get_by_text("List tiers").click()
    expect(page.get_by_text("Needs the scope")).to_be_visible()
    expect(page.get_by_text("The token may not do that").first).to_be_visible()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.get_by_text("urn:anchorpoint:problem:unauthenticated").last).to_be_visible()
    screenshot(page, "api-docs")
