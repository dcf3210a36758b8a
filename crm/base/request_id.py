"""One id per request or task, so that audit rows, mail and log lines of one click can be found together."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_SAFE = re.compile(r"[A-Za-z0-9-]{8,64}")


def current_request_id() -> str:
    """The id of the request or task in hand, or an empty string."""
    return _request_id.get()


def set_request_id(value: str | None = None) -> str:
    """Start a new id (or take over a well-formed one) and return it."""
    chosen = value if value and _SAFE.fullmatch(value) else uuid.uuid4().hex
    _request_id.set(chosen)
    return chosen


class RequestIdMiddleware:
    """Gives each request an id and sends it back as X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = set_request_id()
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        return response
