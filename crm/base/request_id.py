"""One id per request or task, so that audit rows, mail and log lines of one click can be found together."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("crm.requests")

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
    """Gives each request an id, sends it back as X-Request-ID, and logs a line for it on a server.

    The line names the page, not the address: what people type into a search is theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = set_request_id()
        began = time.monotonic()
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        page = request.resolver_match.view_name if request.resolver_match else "-"
        took = round((time.monotonic() - began) * 1000)
        logger.info("%s %s %d in %d ms", request.method, page, response.status_code, took)
        return response
