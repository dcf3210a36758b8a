"""The shell in a real browser: by keyboard, without a mouse; and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from crm.identity.roles import Role
from tests.browser import assert_accessible
from tests.factories.identity import give_role

pytestmark = pytest.mark.browser
PAGES = ["/", "/search/?q=my", "/settings/roles/", "/shortcuts/", "/no/such/page/"]


@pytest.fixture
def home(open_page, yhiot, people):
    return open_page("/", people.partnership_manager, yhiot)


def test_skip_link_comes_first_and_leads_to_the_page(home) -> None:
    home.keyboard.press("Tab")
    expect(home.get_by_role("link", name="Skip to the page")).to_be_focused()
    home.keyboard.press("Enter")
    expect(home.locator("#main")).to_be_focused()


def test_palette_opens_finds_and_goes_by_keyboard(home) -> None:
    home.keyboard.press("Control+k")
    box = home.get_by_role("combobox", name="Search or jump to")
    expect(box).to_be_focused()
    home.keyboard.type("who may")
    expect(home.locator("#palette-list [aria-selected=true]")).to_contain_text("Who may do what")
    assert_accessible(home)
    home.keyboard.press("Enter")
    expect(home.get_by_role("heading", level=1)).to_have_text("Who may do what")


def test_palette_opens_what_was_typed_though_enter_came_before_the_answer(home) -> None:
    home.keyboard.press("Control+k")
    home.keyboard.type("who may", delay=0)
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile("/settings/roles/$"))


def test_palette_arrows_move_the_choice_and_escape_closes(home) -> None:
    home.keyboard.press("Control+k")
    expect(home.locator("#palette-1")).to_have_attribute("aria-selected", "true")
    home.keyboard.press("ArrowDown")
    expect(home.locator("#palette-2")).to_have_attribute("aria-selected", "true")
    expect(home.get_by_role("combobox")).to_have_attribute("aria-activedescendant", "palette-2")
    home.keyboard.press("Escape")
    expect(home.locator("#palette")).not_to_be_visible()


def test_single_keys_go_places_until_they_are_switched_off(home) -> None:
    home.keyboard.press("?")
    expect(home.get_by_role("heading", level=1)).to_have_text("Keyboard shortcuts")
    home.keyboard.press("g")
    home.keyboard.press("d")
    expect(home.get_by_role("heading", level=1)).to_contain_text("Good ")
    home.keyboard.press("?")
    home.get_by_role("button", name="Switch single keys off").click()
    expect(home.get_by_role("button", name="Switch single keys on")).to_be_visible()
    home.keyboard.press("g")
    home.keyboard.press("d")
    home.wait_for_timeout(300)
    expect(home.get_by_role("heading", level=1)).to_have_text("Keyboard shortcuts")


def test_letters_typed_into_a_field_stay_there(open_page, yhiot, people) -> None:
    page = open_page("/search/", people.partnership_manager, yhiot)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.type("gd?")
    expect(box).to_have_value("gd?")


def test_list_follows_the_filter_while_the_focus_stays_in_it(open_page, yhiot, people) -> None:
    page = open_page("/search/", people.partnership_manager, yhiot)
    page.get_by_role("searchbox").fill("who")
    expect(page.locator("#results")).to_contain_text("Who may do what")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?q=who$"))
    expect(page.locator("#announcer")).to_have_text("1 found")


def test_colours_change_at_once_and_stay(home) -> None:
    home.locator(".account summary").click()
    assert_accessible(home)
    with home.expect_response("**/theme/"):
        home.get_by_role("button", name="Dark").click()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    home.reload()
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")


def test_shell_works_without_javascript(open_page, yhiot, people) -> None:
    page = open_page("/", people.partnership_manager, yhiot, javascript=False)
    page.locator(".open-search").click()
    page.get_by_role("searchbox").fill("who may")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("main").get_by_role("link", name="Who may do what").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may do what")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may do what")


def test_own_pages_are_accessible_on_a_phone_in_the_dark_and_on_a_desk(open_page, yhiot, people) -> None:
    for width, scheme in ((390, "dark"), (1280, "light")):
        page = open_page("/", people.partnership_manager, yhiot, width=width, scheme=scheme)
        for path in PAGES:
            page.goto(open_page.site.path(path, yhiot))
            assert_accessible(page)


def test_page_survives_400_percent_zoom_and_forced_colours(open_page, yhiot, people) -> None:
    page = open_page("/dev/components/", people.partnership_manager, yhiot, width=320, height=256)
    page.emulate_media(forced_colors="active")
    bar = page.locator(".bottom-bar")
    assert bar.evaluate("e => getComputedStyle(e).position") == "static"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_chart_text_is_at_least_13_pixels_on_a_phone(open_page, yhiot, people) -> None:
    page = open_page("/dev/components/portal/", people.partnership_manager, yhiot, width=390)
    sizes = page.locator(".chart text").evaluate_all("all => all.map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert sizes and min(sizes) >= 13


def test_no_text_is_smaller_than_11_pixels(open_page, yhiot, people) -> None:
    """Initials in an avatar and a key cap are the smallest; both stand beside the same words in full size."""
    page = open_page("/dev/components/", people.partnership_manager, yhiot, width=390)
    sizes = page.locator("main :not(svg *)").evaluate_all(
        "all => all.filter(e => e.innerText && !e.children.length).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 11


def test_institute_menu_opens_over_the_page(open_page, yhiot, liot, people) -> None:
    user = people.director
    give_role(user, liot, Role.AUDITOR)
    for width in (1280, 390):
        page = open_page("/dev/components/", user, yhiot, width=width)
        page.locator(".switcher summary").click()
        page.get_by_role("link", name=liot.name).click()  # refused by Playwright when something covers it
        expect(page).to_have_url(re.compile("/i/liot/$"))
