"""Invitations, and the one-time links of the demo."""

from django.db import models

from crm.base.clock import now
from crm.base.ids import new_id
from crm.base.tenancy import TenantForeignKey, TenantModel
from crm.identity.models import Membership, User


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
