"""Who asks the API: a Bearer token, and nothing else."""

import hashlib
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse

from crm.accounts.models import ApiToken
from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.core.api.problems import MEDIA_TYPE, Problem, from_status
from crm.core.api.throttling import count_request
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
        token = None if request.institute_code else token_of(request.headers.get("Authorization", ""))
        if token is None:
            return Problem("unauthenticated", headers={"WWW-Authenticate": "Bearer"}).response(request)
        allowance = count_request(token.id)
        if allowance.is_spent:
            response = Problem("too_many", headers={"Retry-After": str(allowance.seconds_left)}).response(request)
        elif _length(request) > _most(request, token):
            response = Problem("too_large").response(request)
        else:
            request.api_token, request.user = token, token.user
            request.institute_code = token.institute.code
            response = self.get_response(request)
        for name, value in allowance.headers().items():
            response[name] = value
        return response


def _most(request: HttpRequest, token: ApiToken) -> int:
    """How many bytes the body may have, known before any of it is read."""
    return settings.UPLOAD_MAX_SIZE if takes_file(request, token.rights) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdigit() else 0


def token_of(header: str) -> ApiToken | None:
    """The token in force that an Authorization header holds; None for all others.

    It is looked up by the digest of a secret of 256 random bits, so what the time of a look-up tells is of no use. A
    header that is no token at all costs the same look-up.
    """
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        secret = ""
    digest = hashlib.sha256(secret.strip().encode("utf-8", "replace")).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_id, institute_id, user_id FROM api_token_of(%s, %s, %s)", [digest, now(), today()])
        found: tuple[uuid.UUID, uuid.UUID, uuid.UUID] | None = cursor.fetchone()
    if found is None:
        return None
    token_id, institute_id, user_id = found
    with institute_context(institute_id, user_id=user_id):
        return ApiToken.objects.select_related("user", "institute").get(pk=token_id)
