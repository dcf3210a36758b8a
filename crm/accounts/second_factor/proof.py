"""What this session has proved about the person in it, and when. Bound to the person: see allauth's own records."""

import time

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest

from crm.identity.models import User

RECENT_SECONDS = 10 * 60


def give(request: HttpRequest, user: User, kind: str) -> None:
    """Note that `user` has shown a second factor: totp, webauthn, recovery_codes, demo (a link of the demo counts as
    both factors) or provider (the college's own sign-in asserted one)."""
    record_authentication(request, user, "mfa", type=kind)


def is_given(request: HttpRequest, user: User | None = None) -> bool:
    """Whether this session has shown a second factor of the person in it, or of `user` on the way in."""
    return any(r.get("method") == "mfa" for r in get_authentication_records(request, user or request.user))


def is_recent(request: HttpRequest, *, by_factor: bool) -> bool:
    """Whether the person in this session proved themselves in the last ten minutes: by signing in, or again since.

    `by_factor`: by a second factor, which whoever has one must show; a session may be older than the factor.
    """
    records = get_authentication_records(request, request.user)
    moments = [r.get("at", 0) for r in records if not by_factor or r.get("method") == "mfa"]
    return time.time() - max(moments, default=0) < RECENT_SECONDS
