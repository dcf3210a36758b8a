"""Invitations, the one-time links of the demo, and tokens of the API."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from crm.accounts.second_factor.models import FactorLock, SecondFactorChange
from crm.base.clock import now
from crm.base.ids import new_id
from crm.base.tenancy import TenantForeignKey, TenantModel
from crm.identity.models import Membership, User
from crm.identity.roles import Permission

__all__ = ["DemoLink", "FactorLock", "Invitation", "SecondFactorChange"]


class Invitation(TenantModel):
    """What an administrator typed to invite somebody.

    Until that person signs in the institute sees this name and no other: whether the address already has an account,
    at another institute say, is not the inviter's to know.
    """

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="invitations")
    name = models.CharField(max_length=120)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    invited_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "membership"], name="accounts_invitation_once"),
        ]


class DemoLink(models.Model):
    """A one-time sign-in of the demo. Belongs to no institute and is kept as a hash: the link is only printed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=120)  # the role, in words
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(TenantModel):
    """A key to the API for one person or service in one institute. Of the secret only the SHA-256 is kept.

    A row of the institute like any other: who asks with a secret is found by one function that steps over row security
    and tells ids alone (api_token_of). When it was last used is counted apart (crm.core.api.throttling), because each
    request writes it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)  # the start of the secret, to tell tokens apart
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=40))  # names of rights in lower case
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["name", "-created_at", "id"]
        indexes = [
            models.Index(fields=["digest"], name="accounts_apitoken_digest"),
            models.Index(fields=["institute", "user"], name="accounts_apitoken_of_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.expires_at > now()

    @property
    def rights(self) -> frozenset[Permission]:
        """Its scopes as rights; those that this version no longer has are left out."""
        return frozenset(p for p in Permission if p.name.lower() in self.scopes)
