"""Letting a sponsor off a payment: asked for by one person, decided by another, or by who may decide alone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel, TimedModel
from sponsorships.models.shares import Instalment


class Waiver(TimedModel, TenantModel):
    """That the outstanding `pence` of an instalment shall be written off, and what came of it."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        APPROVED = "approved", "Written off"
        REFUSED = "refused", "Refused"

    instalment = TenantForeignKey(Instalment, related_name="waivers")
    pence = models.BigIntegerField()
    reason = models.CharField(max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    is_by_authority = models.BooleanField(default=False)  # asked for and decided at once by who may decide alone
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "instalment"], condition=Q(state="asked"), name="sponsorships_waiver_one_asked"
            ),
            models.CheckConstraint(name="sponsorships_waiver_pence", condition=Q(pence__gt=0)),
            models.CheckConstraint(
                name="sponsorships_waiver_decided",
                condition=Q(state="asked", decided_by__isnull=True)
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sponsorships_waiver_second_person",
                condition=Q(decided_by__isnull=True) | Q(is_by_authority=True) | ~Q(decided_by=F("asked_by")),
            ),
        ]
