"""The same request twice is done once: Idempotency-Key.

"In progress" is committed before the work begins and the answer is stored in the work's own transaction, so whatever
is killed, a repeat finds either the answer of work that was done or nothing done.
"""

import datetime as dt
import hmac
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.core.api.problems import Problem
from crm.core.api.uploads import digest_of, takes_file
from crm.core.models import IdempotencyKey

KEPT = dt.timedelta(hours=24)
# Longer than the longest request may take (statements end after 15 s): who holds it then was killed.
LEASE = dt.timedelta(seconds=60)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")

# Take the key if it is free, too old, or held by somebody killed; else take nothing.
_CLAIM = """
INSERT INTO core_idempotencykey AS held (id, institute_id, token_id, key, fingerprint, claim, taken_at, headers, body)
VALUES (%(id)s, %(institute)s, %(token)s, %(key)s, %(fingerprint)s, %(claim)s, %(now)s, '{}', '')
ON CONFLICT (institute_id, token_id, key) DO UPDATE SET
  fingerprint = excluded.fingerprint, claim = excluded.claim, taken_at = excluded.taken_at, status = NULL
WHERE held.taken_at < %(expired)s
  OR held.status IS NULL AND held.taken_at < %(lost)s AND held.fingerprint = excluded.fingerprint
RETURNING claim
"""


class IdempotencyMiddleware:
    """Between the token and the transaction of the request. Looks at POST below /api/v1/ alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.idempotency_claim = None
        token = getattr(request, "api_token", None)
        key = request.headers.get("Idempotency-Key")
        if token is None or key is None or request.method != "POST":
            return self.get_response(request)
        if not _KEY.fullmatch(key):
            said = "Send 1 to 200 visible ASCII characters, a UUID for instance."
            return Problem("malformed", f"Idempotency-Key: {said}").response(request)
        fingerprint = _fingerprint(
            request
        )  # before the transaction: it reads the body, and a slow one must not hold it
        try:
            with institute_context(token.institute_id, user_id=token.user_id):
                stored = _claim_or_stored(request, token.id, key, fingerprint)
        except Problem as problem:
            return problem.response(request)
        if stored is not None:
            return stored
        return self._first_time(request, token)

    def _first_time(self, request: HttpRequest, token: object) -> HttpResponse:
        claim = request.idempotency_claim
        try:
            response = self.get_response(request)
        except BaseException:
            _release(token, claim)
            raise
        is_elsewhere = 300 <= response.status_code < 400  # nothing was done: the same request goes there with this key
        if is_elsewhere or response.status_code in (409, 429) or response.status_code >= 500:
            _release(token, claim)
        elif response.status_code >= 400:
            with institute_context(token.institute_id, user_id=token.user_id):
                _store(claim, response)
        return response


def store_answer(request: HttpRequest, response: HttpResponse) -> None:
    """Keep a success with the work that it tells of, in its transaction. Called by the view, with the body rendered.

    Raises Problem (409) when the key was taken over meanwhile: then this work must not be done as well.
    """
    claim = request.idempotency_claim
    if claim and response.status_code < 400 and not _store(claim, response):
        raise Problem("in_progress", headers={"Retry-After": "5"})


def _claim_or_stored(request: HttpRequest, token_id: uuid.UUID, key: str, fingerprint: bytes) -> HttpResponse | None:
    moment, claim = now(), uuid.uuid4()
    values = {"id": new_id(), "institute": request.api_token.institute_id, "token": token_id, "key": key}
    values |= {"claim": claim, "fingerprint": fingerprint, "now": moment}
    values |= {"expired": moment - KEPT, "lost": moment - LEASE}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        if cursor.fetchone():
            request.idempotency_claim = claim
            return None
    held = IdempotencyKey.objects.get(token_id=token_id, key=key)
    if bytes(held.fingerprint) != fingerprint:
        raise Problem("key_reused")
    if held.status is None:
        raise Problem("in_progress", headers={"Retry-After": "2"})
    headers = {**held.headers, "Idempotent-Replayed": "true", "Cache-Control": "no-store"}
    return HttpResponse(bytes(held.body), status=held.status, headers=headers)


def _fingerprint(request: HttpRequest) -> bytes:
    """Under a key that is not in the database: a body may hold what is not kept, such as a learner's number."""
    body = digest_of(request) if takes_file(request, request.api_token.rights) else request.body
    asked = f"{request.method} {request.get_full_path()}\n".encode() + body
    return hmac.digest(settings.SECRET_KEY.encode(), asked, "sha256")


def _store(claim: uuid.UUID, response: HttpResponse) -> bool:
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    mine = IdempotencyKey.objects.filter(claim=claim, status=None)
    return mine.update(status=response.status_code, headers=headers, body=response.content) == 1


def _release(token: object, claim: uuid.UUID) -> None:
    """Let the caller try again. A row with an answer stays: that work was committed after all."""
    with transaction.atomic(), institute_context(token.institute_id, user_id=token.user_id):
        IdempotencyKey.objects.filter(claim=claim, status=None).delete()
