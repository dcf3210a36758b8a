"""Fills in a form as it stands on a page: what a browser would send, and what no browser would."""

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

TODAY = dt.date.today().isoformat()
_ROW = re.compile(r"_(\d+|[0-9a-f]{32})(?=_|$)")
NOBODY = "0199aaaa-0000-7000-8000-00000000dead"

WORDS = {
    "nul": "Robot\x00arm",
    "surrogate": "Robot\ud800arm",
    "odd characters": "Robot\u2028\u202earm <script>alert(1)</script>{{ 7|add:7 }}%s%(x)s",
    "too long": "x" * 100_000,
    "spaces": " \t\n ",
}
NUMBERS = {
    "huge": "9" * 30,
    "just too big": "9223372036854775808",
    "more digits than are read": "9" * 5000,
    "negative": "-1",
    "other digits": "١٢٣",
    "exponent": "1e400",
    "not a number": "NaN",
}
DAYS = {"first": "0001-01-01", "last": "9999-12-31", "no such day": "2026-02-30", "other digits": "٢٠٢٦-٠١-٠١"}
CHOICES = {"unknown id": NOBODY, "nul": "\x00", "too long": "y" * 5000}
EVERYTHING = WORDS | NUMBERS | DAYS | CHOICES


@dataclass
class Field:
    """One input of a page."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)

    @property
    def junk(self) -> dict[str, str]:
        """What to try here, by what is wrong with it."""
        if self.kind in ("select", "radio", "checkbox", "hidden"):
            return CHOICES
        if self.kind in ("date", "time"):
            return DAYS
        if self.kind == "number" or "pence" in self.name or "value" in self.name:
            return NUMBERS
        return WORDS

    def filled(self) -> str:
        """What stands there already, or something that will do."""
        if self.value:
            return self.value
        if self.kind in ("select", "radio"):
            return next((option for option in self.options if option), "")
        if "email" in self.name:
            return "jo@employer.example"
        return {"date": TODAY, "number": "1", "hidden": "", "checkbox": "", "time": "10:00"}.get(self.kind, "12")


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self.forms: list[str] = []
        self.select: Field | None = None

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in pairs}
        name = attrs.get("name", "")
        if tag == "form":
            self.forms.append(attrs.get("method", "get").lower())
        elif tag == "option" and self.select:
            self._option(attrs)
        elif name and tag in ("input", "select", "textarea"):
            self._input(tag, name, attrs)

    def _input(self, tag: str, name: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "text") if tag == "input" else tag
        found = self.fields.setdefault(name, Field(name, kind))
        if tag == "select":
            self.select = found
        elif kind in ("radio", "checkbox"):
            found.options.append(attrs.get("value", "on"))
            found.value = found.options[-1] if "checked" in attrs else found.value
        else:
            found.value = attrs.get("value", "")

    def _option(self, attrs: dict[str, str]) -> None:
        self.select.options.append(attrs.get("value", ""))
        if "selected" in attrs:
            self.select.value = attrs.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None


def fields_of(html: str) -> list[Field]:
    """The inputs of a page by name, without the token and the button that only checks."""
    reader = _Inputs()
    reader.feed(html)
    return [found for found in reader.fields.values() if found.name not in ("csrfmiddlewaretoken", "check")]


def one_of_each(fields: list[Field]) -> list[Field]:
    """Of rows that repeat on a page (`component_0_kind`, `due_<id>`) the first one's inputs."""
    return list({_ROW.sub("_", found.name): found for found in reversed(fields)}.values())[::-1]


def encoded(data: dict[str, str]) -> str:
    """As a form is sent; a lone surrogate goes as the three bytes that are no UTF-8."""
    return urlencode(data, errors="surrogatepass")
