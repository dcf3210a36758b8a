"""A person at a browser, over real HTTP: opens a page, fills in its form, sends it, reads the answer."""

import http.client
import json
import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.test import Client

from crm.identity.models import User
from tests.faults.forms import form_with
from tests.signing_in import sign_in

PATIENCE = 30  # seconds before a browser gives up


class NoAnswer(Exception):
    """The connection was refused or broke before there was an answer. What was sent may have been done."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    path: str
    status: int
    text: str
    location: str
    seconds: float

    @property
    def words(self) -> str:
        """The page as it is read, without the frame around it: no tags, single spaces."""
        page = self.text[max(0, self.text.find("<main")) :]
        without = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        return " ".join(unescape(without).split())


@dataclass
class Visitor:
    """One signed-in person in one institute. Keeps every answer."""

    port: int
    institute_code: str
    cookies: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    @classmethod
    def signed_in(cls, user: User, port: int, institute_code: str) -> "Visitor":
        """As after both factors."""
        client = Client()
        sign_in(client, user)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        return cls(port, institute_code, cookies)

    def get(self, path: str) -> Answer:
        """Open a page. Raises NoAnswer."""
        return self._ask("GET", path)

    def form(self, path: str, *names: str) -> dict[str, list[str]]:
        """Open a page and take its form with these fields. Raises NoAnswer; LookupError when there is none."""
        return form_with(self.get(path).text, *names)

    def send(self, path: str, form: dict[str, list[str]]) -> Answer:
        """Press the button. Raises NoAnswer."""
        return self._ask("POST", path, urlencode(form, doseq=True))

    def fill_in(self, path: str, /, **values: object) -> Answer:
        """Open a page, fill in its form and send it."""
        return self.send(path, self.form(path, *values) | filled(values))

    def press(self, path: str) -> Answer:
        """A button that is a form of its own, without fields."""
        return self.send(path, {"csrfmiddlewaretoken": [self._token()]})

    def tell(self, path: str, facts: dict[str, object], **headers: str) -> Answer:
        """POST JSON to the API, as a program does."""
        return self._ask("POST", path, json.dumps(facts), {"Content-Type": "application/json", **headers})

    def _token(self) -> str:
        if "csrftoken" not in self.cookies:
            self.get("/employers/log/")
        return self.cookies["csrftoken"]

    def _ask(self, method: str, path: str, body: str | None = None, more: dict[str, str] | None = None) -> Answer:
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers |= more or {}
        try:
            connection.request(method, self._whole(path), body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        self._keep_cookies(response)
        answer = Answer(path, response.status, text, response.getheader("Location", ""), time.monotonic() - began)
        self.answers.append(answer)
        return answer

    def _whole(self, path: str) -> str:
        return path if path.startswith(("/i/", "/healthz", "/api/")) else f"/i/{self.institute_code}{path}"

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if name in ("csrftoken", "sessionid"):
                    self.cookies[name] = morsel.value


def filled(values: dict[str, object]) -> dict[str, list[str]]:
    """What a person typed, as a form sends it."""
    return {name: [str(value)] for name, value in values.items()}
