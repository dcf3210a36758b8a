"""The components, all on one page: accessible in every look, usable by keyboard and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser import LOOKS, PHONE, assert_accessible, assert_no_sideways_scroll, screenshot

pytestmark = pytest.mark.browser
GALLERY = "/dev/components/"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_components_have_no_accessibility_problem(open_page, yhiot, people, width, scheme) -> None:
    page = open_page(GALLERY, people.partnership_manager, yhiot, width=width, scheme=scheme)
    screenshot(page, f"gallery-{'phone' if width == PHONE else 'desktop'}-{scheme}")
    assert_accessible(page)
    page.get_by_role("button", name="Record the gift").click()
    expect(page.get_by_role("alert")).to_be_focused()
    screenshot(page, f"gallery-errors-{'phone' if width == PHONE else 'desktop'}-{scheme}")
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_portal_components_have_no_accessibility_problem(open_page, yhiot, people, width, scheme) -> None:
    page = open_page("/dev/components/portal/", people.partnership_manager, yhiot, width=width, scheme=scheme)
    screenshot(page, f"portal-{'phone' if width == PHONE else 'desktop'}-{scheme}")
    assert_accessible(page)


PAGES = [GALLERY, "/dev/components/portal/", "/", "/settings/roles/", "/shortcuts/", "/search/"]


def test_pages_fit_a_window_of_320_pixels(open_page, yhiot, people) -> None:
    page = open_page("/", people.partnership_manager, yhiot, width=320)
    for path in PAGES:
        page.goto(open_page.site.path(path, yhiot))
        assert_no_sideways_scroll(page)
