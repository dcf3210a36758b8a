"""Another program that speaks to the API."""

import itertools
import uuid
from typing import Any

from django.test import Client

from crm.accounts.actions import create_token
from crm.accounts.actions.tokens import NewToken
from crm.base.context import institute_context
from crm.identity.models import Institute, Membership, User
from crm.identity.roles import NOT_FOR_TOKENS, permissions_of

_numbers = itertools.count(1)


class ApiClient(Client):
    """`get("employers/")` asks for /api/v1/employers/ with the token; bodies are JSON; `.json()` reads answers."""

    def __init__(self, secret: str = "", **defaults: Any) -> None:
        super().__init__(**defaults)
        self.secret = secret

    def generic(
        self, method: str, path: Any, data: Any = "", content_type: str = "application/json", **more: Any
    ) -> Any:
        path = str(path)
        if not path.startswith("/"):
            path = f"/api/v1/{path}"
        if self.secret:
            more.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.secret}")
        return super().generic(method, path, data, content_type, **more)

    def post(self, path: str, data: Any = None, *, key: str | None = None, **more: Any) -> Any:
        """`key` is the Idempotency-Key."""
        if key:
            more["HTTP_IDEMPOTENCY_KEY"] = key
        return super().post(path, {} if data is None else data, content_type="application/json", **more)

    def patch(self, path: str, data: Any = None, *, etag: str | None = None, **more: Any) -> Any:
        """`etag` is the version it was read in; the current one when not given."""
        etag = self.get(path).headers.get("ETag", "") if etag is None else etag
        if etag:
            more["HTTP_IF_MATCH"] = etag
        return super().patch(path, data or {}, content_type="application/json", **more)


def make_token(user: User, institute: Institute, scopes: Any = None) -> NewToken:
    """A token with all rights of the person there, or those named."""
    with institute_context(institute.id, user_id=user.id):
        if scopes is None:
            roles = Membership.objects.in_force().filter(institute=institute, user=user).values_list("role", flat=True)
            scopes = permissions_of(set(roles)) - NOT_FOR_TOKENS
        return create_token(name=f"Token {next(_numbers)}", user=user, scopes=scopes, by=user)


def new_key() -> str:
    """A key for a POST."""
    return str(uuid.uuid4())
