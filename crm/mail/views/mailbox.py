"""The demo's mailbox: what its own mail server was given, so that a sign-in code can be read before signing in.

Exists only in the demo. Everything in it belongs to invented people.
"""

import email
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views import View

NEWEST = 50
_NAME = re.compile(r"[0-9A-Za-z._-]+\.eml")


@dataclass(frozen=True)
class Letter:
    """One file of the mailbox."""

    name: str
    to: str
    subject: str
    at: datetime | None
    text: str


class _DemoOnly(View):
    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO or settings.DEMO_MAIL_DIR is None:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class DemoMailbox(_DemoOnly):
    """The newest letters first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        files = sorted(Path(settings.DEMO_MAIL_DIR).glob("[!.]*.eml"), key=lambda path: path.name, reverse=True)
        letters = [read_letter(path) for path in files[:NEWEST]]
        context = {"letters": letters, "total": len(files), "title": "Demo mailbox"}
        return TemplateResponse(request, "mail/mailbox.html", context)


class DemoLetter(_DemoOnly):
    """One letter as text."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        path = Path(settings.DEMO_MAIL_DIR) / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise Http404
        letter = read_letter(path)
        return TemplateResponse(request, "mail/letter.html", {"letter": letter, "title": letter.subject})


def read_letter(path: Path) -> Letter:
    """The letter in a file. What cannot be read is left empty."""
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    return Letter(
        name=path.name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or "(no subject)"),
        at=parsedate_to_datetime(message["Date"]) if message["Date"] else None,
        text=_text_of(message),
    )


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return body.get_content() if body else ""
