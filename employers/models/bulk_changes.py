"""What was changed on many employers in one go, and what stood there before, so that it can be undone."""

from django.db import models
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel
from employers.models.employers import Employer


class BulkChange(TenantModel):
    """One fact given to many employers: an owner, a tier, a tag put on or taken off.

    `value` is the id of that person, tier or tag; None is nobody, or no tier.
    """

    class Fact(models.TextChoices):
        OWNER = "owner", "Owner"
        TIER = "tier", "Tier"
        TAG = "tag", "Put on a tag"
        UNTAG = "untag", "Take off a tag"

    fact = models.CharField(max_length=10, choices=Fact.choices)
    value = models.UUIDField(null=True, blank=True)
    changed = models.PositiveIntegerField(default=0)  # how many employers were different before
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    restored = models.PositiveIntegerField(null=True, blank=True)  # how many the undoing gave back what they had

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["institute", "by", "-made_at"], name="employers_bulkchange_latest")]


class BulkChangeRow(TenantModel):
    """An employer that a bulk change changed, and the value it had."""

    change = TenantForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows")
    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="+")
    before = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "change", "employer"], name="employers_bulkchangerow_once"),
        ]
