"""Who asks, as the framework wants to be told."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class BearerToken(BaseAuthentication):
    """Who the token's middleware said it is. A session's cookie is nobody here."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = getattr(request._request, "api_token", None)
        return (request._request.user, token) if token else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
