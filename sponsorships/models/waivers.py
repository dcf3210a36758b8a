"""Letting a sponsor off a payment: asked for by one person, decided by another, or by who may decide alone.

What the institute that leads an agreement knows of the write-offs of the others stands here too.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel, TimedModel
from sponsorships.models.agreements import AgreementComponent, AgreementParty
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


class PartyWriteOff(TenantModel):
    """In the lead: that another party let the sponsor off a payment. Which and how much; why, and who decided, is the
    party's own. Never changed, as a written-off instalment never is."""

    party = TenantForeignKey(AgreementParty, related_name="write_offs")
    component = TenantForeignKey(AgreementComponent, related_name="+")
    number = models.PositiveSmallIntegerField()  # of the payment on the component
    due_on = models.DateField()
    pence = models.BigIntegerField()
    written_off_on = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["due_on", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "party", "component", "number"], name="sponsorships_partywriteoff_once"
            ),
            models.CheckConstraint(name="sponsorships_partywriteoff_pence", condition=Q(pence__gt=0)),
        ]
