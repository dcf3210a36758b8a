"""What is kept about second factors beside the factors themselves, which allauth keeps (mfa_authenticator)."""

from django.db import models

from crm.base.clock import now
from crm.base.tenancy import TenantModel
from crm.identity.models import User


class FactorLock(models.Model):
    """Wrong tries of one person, in the database so that neither a restart nor an emptied broker forgets them.

    `wrong` counts tries since the last right one or the last lock; `locks` counts locks since the last right one.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)
    locks = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)


class SecondFactorChange(TenantModel):
    """A change of how somebody proves who they are; one row in each institute they have a role in, for its audit."""

    class Kind(models.TextChoices):
        ADDED = "added", "Added"
        REMOVED = "removed", "Removed"
        CODES_MADE = "codes_made", "Recovery codes made"
        RESET = "reset", "Reset by an administrator"
        LOCKED = "locked", "Locked after wrong tries"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    factor = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "second factor"
