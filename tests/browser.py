"""Headless Chromium against a live server, and the assertions every page test shares.

Fixtures: `site` (a server on a database of its own where commits are real), `open_page` (a signed-in page of a given
width, colour scheme, with or without JavaScript). `wait_for_function` needs eval, which the site's policy forbids:
use `expect(locator)` instead.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crm.identity.models import Institute, User
from tests.page_server import PageServer
from tests.signing_in import sign_in

DESKTOP, PHONE = 1280, 390
SCHEMES = ("light", "dark")
LOOKS = [(width, scheme) for width in (DESKTOP, PHONE) for scheme in SCHEMES]
FEWER_LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]
NO_BROWSER = "no Chromium was found: install one or name it in CHROMIUM"
SMALLEST_TARGET = 24  # px, WCAG 2.2

# The headless shell draws no window around the page and is a third faster.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=en-GB",
    "--renderer-process-limit=1",  # a context's next page goes on in the process of its last one
]
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the nodes that passed are many, and slow to fetch
    "preload": False,  # no rule of ours reads style sheets or media over the network
    "elementRef": False,
}
# Contrast is half of the time that axe takes, and the only rule that needs the colours.
_WITHOUT_CONTRAST = {**_RULES, "rules": {"color-contrast": {"enabled": False}}}
_ONLY_CONTRAST = {**_RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
_RUN_AXE = "(options) => axe.run(document, options).then((results) => results.violations)"
_SCREENSHOTS = Path(__file__).resolve().parent.parent / "screenshots"

# A refused form is a 422, which the console calls a failure; a request under way when somebody goes on is aborted.
_HARMLESS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")

_SMALL_TARGETS = """(least) => {
  const inText = '.skip, p, dd, .notice, .sub';
  const small = (box) => box.height < least - 0.5 || box.width < least - 0.5;
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(inText))
    .filter((e) => small((e.closest('label') ?? e).getBoundingClientRect()))
    .map((e) => e.outerHTML.slice(0, 140));
}"""

# Playwright keeps an event loop in this thread; the tests' own database work beside it is still synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def chromium_path() -> str | None:
    """$CHROMIUM, or a Chromium on the path; None when there is no browser."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, _BROWSERS)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        if os.environ.get("ANCHORPOINT_REQUIRE_BROWSER"):
            pytest.fail("No Chromium was found, and ANCHORPOINT_REQUIRE_BROWSER says there must be one.")
        pytest.skip(NO_BROWSER)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS + (["--no-sandbox"] if root else []))
        yield browser
        browser.close()


class Windows:
    """Pages, each with cookies of its own until the test ends.

    The first context of a kind that a test asked for is kept for the next test, emptied: starting one, with a process,
    costs more than most pages do.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[tuple[int, bool], BrowserContext] = {}
        self._taken: list[tuple[tuple[int, bool], BrowserContext]] = []

    def open(self, *, width: int, height: int, scheme: str, javascript: bool) -> Page:
        kind = (2 if width < 600 else 1, javascript)
        context = self._free.pop(kind, None) or self._browser.new_context(
            locale="en-GB", java_script_enabled=javascript, reduced_motion="reduce", device_scale_factor=kind[0]
        )
        self._taken.append((kind, context))
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        return page

    def pages(self) -> list[Page]:
        return [page for _, context in self._taken for page in context.pages]

    def close(self) -> None:
        """Of each kind one context stays, without pages and cookies; the next site has another address."""
        while self._taken:
            kind, context = self._taken.pop(0)
            if kind in self._free:
                context.close()
                continue
            for page in context.pages:
                page.close()
            context.clear_cookies()
            self._free[kind] = context


@pytest.fixture(scope="session")
def windows(chromium: Browser) -> Windows:
    return Windows(chromium)


@dataclass(frozen=True)
class Site:
    """The live server."""

    url: str

    def path(self, path: str, institute: Institute | None = None) -> str:
        return f"{self.url}/i/{institute.code}{path}" if institute else f"{self.url}{path}"


@pytest.fixture
def site(committed: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    # Kept as in production: a new session of PostgreSQL has to look up every table and policy again.
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", None)
    thread = PageServer("127.0.0.1", static_handler=StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield Site(f"http://127.0.0.1:{thread.port}")
    thread.terminate()


@pytest.fixture
def open_page(windows: Windows, site: Site) -> Iterator[Callable[..., Page]]:
    """`open_page(path, user, institute, width=390, scheme="dark", javascript=False)`: the loaded page.

    `page.complaints` collects what the console called an error; the test fails at its end if a page has any.
    """

    def make(
        path: str,
        user: User | None = None,
        institute: Institute | None = None,
        *,
        width: int = DESKTOP,
        height: int = 900,
        scheme: str = "light",
        javascript: bool = True,
    ) -> Page:
        page = windows.open(width=width, height=height, scheme=scheme, javascript=javascript)
        if user:
            page.context.add_cookies([_session_cookie(user, site.url)])
        page.goto(site.path(path, institute))
        return page

    make.site, make.kept = site, {}
    yield make
    complaints = [text for page in windows.pages() for text in page.complaints]
    windows.close()
    unexpected = [text for text in complaints if not any(harmless in text for harmless in _HARMLESS)]
    assert not unexpected, unexpected


def _session_cookie(user: User, url: str) -> dict[str, str]:
    client = Client()
    sign_in(client, user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def assert_accessible(page: Page, rules: dict[str, Any] = _RULES) -> None:
    """No violation that axe can find, targets of 24 px, nothing wider than the window."""
    problems = [
        f"{v['id']} ({v['impact']}): {v['help']}\n  " + "\n  ".join(node["html"][:200] for node in v["nodes"][:5])
        for v in _violations(page, rules)
    ]
    assert not problems, "\n".join(problems)
    assert not (small := small_targets(page)), "\n".join(small)
    assert_no_sideways_scroll(page)


def _violations(page: Page, rules: dict[str, Any]) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN_AXE, rules)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page fits its window; only an element that scrolls by itself may be wider."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"the page is {over} px too wide: {_widest(page)}"


def _widest(page: Page) -> list[str]:
    return page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')]
            .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 5).map((e) => e.outerHTML.slice(0, 120))"""
    )


def small_targets(page: Page) -> list[str]:
    """What is pressed and is smaller than 24 px: links inside sentences excepted, as WCAG does."""
    return page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET)


def screenshot(page: Page, name: str) -> None:
    """Write ./screenshots/NAME.png when SCREENSHOTS is set: to be looked at, not compared."""
    if os.environ.get("SCREENSHOTS"):
        _SCREENSHOTS.mkdir(exist_ok=True)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=_SCREENSHOTS / f"{name}.png", full_page=True)


def in_every_look(open_page: Callable[..., Page], path: str, name: str, *who: Any, check: bool = True) -> None:
    """Assert that the page is accessible at both widths, each in a scheme of its own, and take its picture.

    Each rule is asked once: contrast hangs on the tokens alone, which have a test of their own in both schemes; the
    others on what the page holds, which is the same at both widths. With SCREENSHOTS set every rule is asked in all
    four looks. One page is resized and recoloured: loading it four times costs the most.
    """
    page = _page_of(open_page, path, *who)
    thorough = bool(os.environ.get("SCREENSHOTS"))
    for width, scheme in LOOKS if thorough else FEWER_LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        screenshot(page, f"{name}-{'phone' if width == PHONE else 'desktop'}-{scheme}")
        if check:
            assert_accessible(page, _RULES if thorough else _ONLY_CONTRAST if width == DESKTOP else _WITHOUT_CONTRAST)


def _page_of(open_page: Callable[..., Page], path: str, *who: Any) -> Page:
    """The page that this test looked at before as the same person, gone on to `path`: a new one starts a process."""
    page = open_page.kept.get(who)
    if page is None:
        open_page.kept[who] = page = open_page(path, *who)
    else:
        page.goto(open_page.site.path(path, *who[1:]))
    return page
