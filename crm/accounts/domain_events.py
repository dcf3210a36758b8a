"""What is recorded about people and their roles. Ids only: names and addresses can be erased where they are kept."""

import datetime as dt
import uuid
from dataclasses import dataclass

from crm.outbox.domain_events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class _RoleFact(DomainEvent):
    membership_id: uuid.UUID
    user_id: uuid.UUID
    role: str

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("identity.membership", self.membership_id)


@dataclass(frozen=True, kw_only=True)
class PersonInvited(_RoleFact):
    """A mail told them where to sign in."""


@dataclass(frozen=True, kw_only=True)
class RoleGiven(_RoleFact):
    """To a person who was in the institute already."""


@dataclass(frozen=True, kw_only=True)
class ServiceAdded(_RoleFact):
    """Another program, with an account that nobody signs in to."""


@dataclass(frozen=True, kw_only=True)
class RoleEnded(_RoleFact):
    """From their next request on."""


@dataclass(frozen=True, kw_only=True)
class _TokenFact(DomainEvent):
    token_id: uuid.UUID
    user_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("accounts.api_token", self.token_id)


@dataclass(frozen=True, kw_only=True)
class TokenCreated(_TokenFact):
    """`scopes` as names of rights."""

    scopes: list[str]
    expires_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(_TokenFact):
    """At once."""


@dataclass(frozen=True, kw_only=True)
class AccountErased(DomainEvent):
    """The person asked to be forgotten, or an institute had no reason to keep them."""

    user_id: uuid.UUID

    @property
    def subject(self) -> tuple[str, uuid.UUID]:
        return ("identity.user", self.user_id)
