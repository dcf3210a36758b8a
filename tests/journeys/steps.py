"""What every person of a journey does on a page: sign in with the code from their mail, fill in, press."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.factories.second_factors import code_of
from tests.mail.scripted_server import ScriptedServer
from tests.workers.processes import eventually

CODE = re.compile(r"\b\d{4}-\d{4}\b")


@dataclass(frozen=True)
class Letterbox:
    """What the mail server has taken."""

    server: ScriptedServer

    def to(self, address: str) -> list[Message]:
        """In the order of arrival."""
        return [mail for mail in list(self.server.kept.messages) if address in str(mail["To"])]

    def newest(self, address: str, holding: str) -> str:
        """The text of the newest mail to that address that holds the words, once it has arrived."""
        found: list[str] = []

        def arrived() -> bool:
            found[:] = [text for mail in self.to(address) if holding in (text := text_of(mail))]
            return bool(found)

        eventually(arrived, message=f"no mail with “{holding}” to {address}")
        return found[-1]


def text_of(mail: Message) -> str:
    """Subject and plain text."""
    return f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}"


def sign_in(
    open_page: Callable[..., Page], letterbox: Letterbox, address: str, path: str, *, lands_at: str = ""
) -> Page:
    """Open a page as a stranger, ask for a code, read it from the mail that arrived, type it: at the page asked for."""
    page = open_page(path)
    page.get_by_label("E-mail address").fill(address)
    press(page, "Send me a code")
    page.get_by_label("Code").fill(CODE.search(letterbox.newest(address, "code"))[0])
    press(page, "Sign in")
    expect(page).to_have_url(re.compile(re.escape(lands_at or path) + "$"))
    return page


def set_up_an_app(page: Page) -> None:
    """The second factor that some roles need before they reach anything: an authenticator app."""
    follow(page, "Add an authenticator app")
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    press(page, "Add this app")
    expect(page.locator(".recovery-codes code").first).to_be_visible()


def press(page: Page | Locator, name: str) -> None:
    """A button."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page | Locator, name: str) -> None:
    """A link of the page itself, not of the menu. What it is about may follow for screen readers: `Record: Costs`."""
    words = re.compile(rf"^{re.escape(name)}\s*(:|$)")
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def fill(page: Page | Locator, **facts: Any) -> None:
    """Inputs by the names of their fields; a text for a select is the option's label."""
    for name, value in facts.items():
        put(page.locator(f"[name={name}]"), value)


def put(field: Locator, value: Any) -> None:
    """The value as its kind of input wants it."""
    kind = field.first.evaluate("e => e.tagName == 'SELECT' ? 'select' : e.type")
    if kind == "select":
        field.select_option(label=value)
    elif kind == "radio":
        field.page.get_by_label(value, exact=True).check()
    elif kind == "checkbox":
        field.set_checked(value)
    else:
        field.fill(str(value))


def expect_figure(page: Page, label: str, value: str) -> None:
    """One of the big figures on top of a page."""
    expect(page.locator(".stat", has=page.get_by_text(label, exact=True)).locator("dd").first).to_have_text(value)
