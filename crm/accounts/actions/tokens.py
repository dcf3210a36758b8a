"""Tokens of the API: made, replaced and ended. What is shown once is never stored."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from crm.accounts.domain_events import TokenCreated, TokenRevoked
from crm.accounts.models import ApiToken
from crm.base.clock import now
from crm.base.context import acting_institute
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.base.ids import new_id
from crm.base.transactions import action
from crm.identity.models import Membership, User
from crm.identity.roles import NOT_FOR_TOKENS, Permission, permissions_of
from crm.outbox.record import record

START = "iot_live_"
SHOWN = len(START) + 6
LONGEST = dt.timedelta(days=365)
OVERLAP = dt.timedelta(days=7)
READING = frozenset(p for p in Permission if p.name.startswith("SEE_")) - NOT_FOR_TOKENS


@dataclass(frozen=True)
class NewToken:
    """The row, and the secret that is shown this once."""

    token: ApiToken
    secret: str


@action
def create_token(
    *,
    name: str,
    user: User,
    scopes: Collection[Permission] | None = None,
    expires_at: dt.datetime | None = None,
    key: uuid.UUID | None = None,
    by: User | None,
) -> NewToken:
    """Make a token for `user` in the acting institute, for a year at most (90 days unless said).

    Without `scopes` it may read what their roles let them read. It never gives more than those roles at the time of
    asking. A form gives the `key` it was shown with: sent again (the page of the secret, reloaded) it makes no second
    token and raises Conflict. Raises DomainError for a missing name, an unknown or unheld scope, a moment past or too
    far; NotAllowed for a person other than `by`; NotFound for somebody without a role here.
    """
    if by is not None and user != by and not user.is_service:
        raise NotAllowed("A person makes their own tokens.", field="user")
    held = _rights_here(user)
    wanted = set(held & READING if scopes is None else scopes)
    if not wanted or not wanted <= held - NOT_FOR_TOKENS:
        raise DomainError("Choose among the rights that the roles give here.", field="scopes")
    return _new(_name(name), user, sorted(p.name.lower() for p in wanted), _until(expires_at), by, key)


@action
def rotate_token(*, token: ApiToken, key: uuid.UUID | None = None, by: User | None) -> NewToken:
    """Replace a token by a new one with the same name, scopes and length of life; the old one works a week longer.

    A form gives the `key` it was shown with, as create_token has it. Raises Conflict when it is revoked or has expired
    and for a form that is sent again, NotAllowed for somebody else's token.
    """
    token = _in_force(token)
    if by is not None and by not in (token.user, token.created_by):
        raise NotAllowed("A person replaces their own tokens.")
    _rights_here(token.user)
    new = _new(token.name, token.user, token.scopes, now() + (token.expires_at - token.created_at), by, key)
    token.expires_at = min(token.expires_at, now() + OVERLAP)
    token.save(update_fields=["expires_at"])
    return new


@action
def revoke_token(*, token: ApiToken, by: User | None) -> ApiToken:
    """End a token at once. Raises Conflict when it has ended already."""
    token = _in_force(token)
    token.revoked_at, token.revoked_by = now(), by
    token.save(update_fields=["revoked_at", "revoked_by"])
    record(TokenRevoked(token_id=token.id, user_id=token.user_id), by=by)
    return token


def _new(
    name: str, user: User, scopes: list[str], expires_at: dt.datetime, by: User | None, key: uuid.UUID | None = None
) -> NewToken:
    secret = START + secrets.token_urlsafe(32)
    facts = {
        "name": name,
        "user": user,
        "prefix": secret[:SHOWN],
        "digest": hashlib.sha256(secret.encode()).digest(),
        "scopes": scopes,
        "expires_at": expires_at,
        "created_by": by,
    }
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(id=key or new_id(), **facts)
    except IntegrityError as twice:
        raise Conflict(
            "This token is made already, and its secret is shown once."
            " If you have not copied it, replace the token on the list."
        ) from twice
    record(TokenCreated(token_id=token.id, user_id=user.id, scopes=scopes, expires_at=expires_at), by=by)
    return NewToken(token, secret)


def _rights_here(user: User) -> frozenset[Permission]:
    here = Membership.objects.in_force().filter(institute_id=acting_institute(), user=user, user__is_active=True)
    roles = set(here.values_list("role", flat=True))
    if not roles:
        raise NotFound("This person has no role here.")
    return permissions_of(roles)


def _in_force(token: ApiToken) -> ApiToken:
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user", "created_by").get(pk=token.pk)
    if not token.is_in_force:
        raise Conflict("This token has ended already.")
    return token


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise DomainError("Say what the token is for, in 80 characters at most.", field="name")
    return name


def _until(moment: dt.datetime | None) -> dt.datetime:
    moment = moment or now() + dt.timedelta(days=90)
    if not now() < moment <= now() + LONGEST + dt.timedelta(days=1):
        raise DomainError("Let it end within a year from now.", field="expires_at")
    return moment
