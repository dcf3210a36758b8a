"""Who asks the API: a Bearer token, and nothing else."""

import hashlib
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from crm.accounts.models import ApiToken
from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.core.api.problems import MEDIA_TYPE, Problem, from_status
from crm.core.api.throttling import Allowance, count_request
from crm.core.api.uploads import takes_file

API = "/api/v1/"


class ApiAccessMiddleware:
    """Below /api/v1/: sets `request.user`, `.api_token` and `.institute_code` from the token, and counts the request.

    The next middleware then opens the institute as it does for a page. Whatever comes back as a page of Django's own
    (no such address, a crash) leaves as a problem too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.api_token = None
        if not request.path_info.startswith(API):
            return self.get_response(request)
        response = self._answer(request)
        if response.status_code >= 400 and response.get("Content-Type") != MEDIA_TYPE:
            response = from_status(response.status_code).response(request)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.user = AnonymousUser()
        asking = None if request.institute_code else who_asks(request.headers.get("Authorization", ""))
        if asking is None:
            return Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"}).response(request)
        allowance, found = asking
        if allowance.is_spent:
            response = Problem("too_many", headers={"Retry-After": str(allowance.seconds_left)}).response(request)
        else:
            response = self._answer_to(request, token_of(*found))
        for name, value in allowance.headers().items():
            response[name] = value
        return response

    def _answer_to(self, request: HttpRequest, token: ApiToken) -> HttpResponse:
        if _length(request) > _most(request, token):
            return Problem("too_large").response(request)
        request.api_token, request.user = token, token.user
        request.institute_code = token.institute.code
        return self.get_response(request)


def _most(request: HttpRequest, token: ApiToken) -> int:
    """How many bytes the body may have, known before any of it is read."""
    return settings.UPLOAD_MAX_SIZE if takes_file(request, token.rights) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdigit() else 0


def who_asks(header: str) -> tuple[Allowance, tuple[uuid.UUID, uuid.UUID, uuid.UUID]] | None:
    """The ids of the token in force that an Authorization header holds, of its institute and of its person, with this
    request counted; None for all others.

    It is looked up by the digest of a secret of 256 random bits, so what the time of a look-up tells is of no use. A
    header that is no token at all costs the same look-up.
    """
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        secret = ""
    digest = hashlib.sha256(secret.strip().encode("utf-8", "replace")).digest()
    return count_request(
        "SELECT token_id, institute_id, user_id FROM api_token_of(%s, %s, %s)", [digest, now(), today()]
    )


def token_of(token_id: uuid.UUID, institute_id: uuid.UUID, user_id: uuid.UUID) -> ApiToken:
    """The row of a token that asks."""
    with institute_context(institute_id, user_id=user_id):
        return ApiToken.objects.select_related("user", "institute").get(pk=token_id)
