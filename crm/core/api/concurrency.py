"""Two people, one thing: a change names the version it was made from (RFC 9110, If-Match).

The version is a digest of what was read, so it covers everything that the reader could see: a contact's roles too,
though they are rows of another table.
"""

import base64
import hashlib
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from crm.core.api.problems import Problem


def etag(data: Any) -> str:
    """The version of an answer."""
    digest = hashlib.sha256(JSONRenderer().render(data)).digest()[:15]
    return f'"{base64.urlsafe_b64encode(digest).decode()}"'


def is_unchanged(request: Request, tag: str) -> bool:
    """Whether the reader has this version already (If-None-Match)."""
    return tag in _tags(request.headers.get("If-None-Match", ""))


def require_match(request: Request, current: Any) -> None:
    """Raises Problem: 428 when the request names no version, 412 with the current state when it names another."""
    named = _tags(request.headers.get("If-Match", ""))
    if not named:
        raise Problem("version_needed")
    tag = etag(current)
    if tag not in named and "*" not in named:
        raise Problem("stale", headers={"ETag": tag}, members={"current": current})


def _tags(header: str) -> set[str]:
    return {part.strip() for part in header.split(",") if part.strip()}
