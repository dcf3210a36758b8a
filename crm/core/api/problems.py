"""Refusals of the API, as RFC 9457 has them: one shape, whoever refuses (a middleware, a view, an action, Django)."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.base.request_id import current_request_id

MEDIA_TYPE = "application/problem+json"
KIND = "urn:anchorpoint:problem:"

# The kinds of problem: status, title, and the sentence when there is none more exact.
KINDS: dict[str, tuple[int, str, str]] = {
    "malformed": (400, "The request cannot be read", "Send a JSON object in UTF-8."),
    "bad_parameter": (400, "A query parameter is wrong", "Correct the parameters named in errors."),
    "unauthenticated": (401, "No valid token", "Send Authorization: Bearer and a token that is in force."),
    "not_allowed": (403, "The token may not do that", "Use a token whose scopes and whose person's roles allow it."),
    "not_found": (404, "There is no such thing", "Check the address: it may be gone, or you may not see it."),
    "method_not_allowed": (405, "This address has no such method", "The schema lists the methods of each address."),
    "not_acceptable": (406, "Only JSON is spoken here", "Accept application/json."),
    "conflict": (409, "It changed, or exists already", "Read it again and decide anew."),
    "duplicate": (409, "It may exist already", "Use one of the candidates, or say that it is another one."),
    "in_progress": (409, "The same request is being handled", "Ask again in a few seconds with the same key."),
    "stale": (412, "It was changed since you read it", "Look at current, and send the change again with its ETag."),
    "too_large": (413, "The request is too large", "Send less at once."),
    "unsupported_media_type": (415, "This is not read here", "Send what the schema names, mostly application/json."),
    "invalid": (422, "Something in the request is refused", "Correct what errors names."),
    "key_reused": (422, "This Idempotency-Key belongs to another request", "Use a new key for a new request."),
    "version_needed": (428, "Say which version you change", "Send If-Match with the ETag you read."),
    "too_many": (429, "Too many requests", "Wait as many seconds as Retry-After says."),
    "failed": (500, "Something went wrong on our side", "Nothing was saved. The error is recorded; try again."),
    "unavailable": (503, "The service is not available", "The database does not answer. Try again in a minute."),
}
_BY_STATUS = {
    status: kind for kind, (status, *_) in reversed(KINDS.items()) if kind not in ("in_progress", "duplicate")
}


@dataclass
class Problem(Exception):
    """A refusal. `errors` point at what is wrong; `members` are extensions of the problem's object."""

    kind: str
    detail: str = ""
    status: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)

    def body(self, path: str) -> dict[str, Any]:
        """The object as it is sent."""
        status, title, usual = KINDS.get(self.kind, KINDS["invalid"])
        return {
            "type": f"{KIND}{self.kind}",
            "title": title,
            "status": self.status or status,
            "detail": self.detail or usual,
            "instance": path,
            "errors": self.errors,
            "request_id": current_request_id(),
            **self.members,
        }

    def response(self, request: HttpRequest) -> HttpResponse:
        """For a middleware."""
        body = self.body(request.path)
        headers = {"Cache-Control": "no-store", **self.headers}
        return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE, headers=headers)


class Moved(Exception):
    """What the address names is at another address now, for good."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def handle(raised: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's exception handler. What is refused leaves nothing behind in the database."""
    if isinstance(raised, Moved):
        return Response(status=308, headers={"Cache-Control": "no-store", "Location": raised.path})
    problem = problem_of(raised, context["view"])
    if problem is None:
        return None
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    body = problem.body(context["request"].path)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def problem_of(raised: Exception, view: Any = None) -> Problem | None:
    """What was raised, as a problem; None for a mistake of ours."""
    if isinstance(raised, Problem):
        return raised
    if isinstance(raised, DomainError):
        return _refused(raised, view)
    if isinstance(raised, exceptions.ValidationError):
        return Problem("invalid", errors=list(_pointed(raised.get_full_details())))
    if isinstance(raised, Http404 | PermissionDenied):
        return Problem("not_found" if isinstance(raised, Http404) else "not_allowed")
    if isinstance(raised, exceptions.APIException):
        headers = {"WWW-Authenticate": "Bearer"} if raised.status_code == 401 else {}
        detail = str(raised.detail) if isinstance(raised, exceptions.ParseError) else ""
        return Problem(_BY_STATUS.get(raised.status_code, "failed"), detail, headers=headers)
    if isinstance(raised, OperationalError | InterfaceError):
        return Problem("unavailable", headers={"Retry-After": "30"})
    return None


def from_status(status: int) -> Problem:
    """For an answer that Django made as a page."""
    return Problem(_BY_STATUS.get(status, "failed" if status >= 500 else "malformed"), status=status)


_STATUS_OF = {NotFound: (404, "not_found"), NotAllowed: (403, "not_allowed"), Conflict: (409, "conflict")}


def _refused(refusal: DomainError, view: Any) -> Problem:
    status, kind = next((known for cls, known in _STATUS_OF.items() if isinstance(refusal, cls)), (422, refusal.code))
    if kind == "not_found":
        return Problem(kind)  # the same words for an unknown id and another institute's
    kind = refusal.code if refusal.code in KINDS else kind
    errors = []
    if refusal.field:
        pointer = view.pointer_of(refusal.field) if view else f"/{refusal.field}"
        errors = [{"pointer": pointer, "code": refusal.code, "detail": refusal.message}]
    members = view.members_of(refusal) if view else {}
    return Problem(kind, refusal.message, status=status, errors=errors, members=members)


def _pointed(details: Any, pointer: str = "") -> Any:
    """The leaves of the framework's nested errors, each with its JSON pointer."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["message"], str):
        yield {"pointer": pointer, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _pointed(inner, pointer if name == "non_field_errors" else f"{pointer}/{escape(str(name))}")
    else:
        leaves = all(isinstance(item, dict) and set(item) == {"message", "code"} for item in details)
        for place, inner in enumerate(details):
            yield from _pointed(inner, pointer if leaves else f"{pointer}/{place}")


def escape(name: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
