"""Who may read what an employer's sponsorship did."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PortalGrantQuerySet(TenantQuerySet):
    def live(self) -> "PortalGrantQuerySet":
        """Not taken back."""
        return self.filter(revoked_at__isnull=True)

    def of_contact(self, contact: Any, address: str) -> "PortalGrantQuerySet":
        """As whom they were let in. The oldest grants name no contact: `address` tells whose they are."""
        by_address = Q(contact__isnull=True, employer=contact.employer_id, user__email=address)
        return self.filter(Q(contact=contact) | by_address)


class PortalGrant(TenantModel):
    """One person's view of one employer's sponsorship. Taking it back works at the next request."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    employer = TenantForeignKey("employers.Employer", related_name="portal_grants")
    # As whom they were let in: when that contact leaves the employer, the view ends. Unknown of the oldest grants.
    contact = TenantForeignKey("employers.Contact", null=True, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    granted_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    revoked_at = models.DateTimeField(null=True)

    objects = TenantManager.from_queryset(PortalGrantQuerySet)()

    class Meta:
        ordering = ["granted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "user", "employer"],
                condition=Q(revoked_at__isnull=True),
                name="sponsorships_portalgrant_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="sponsorships_portalgrant_who_and_when",
            ),
        ]
