"""What one institute has in an agreement: an ordinary row of its own, whoever leads."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from sponsorships.models.agreements import ComponentKind, Purpose
from sponsorships.querysets.agreements import InstalmentQuerySet, ShareQuerySet


class AgreementShare(TimedModel, TenantModel):
    """The terms that this institute may see, and its own pence. `agreement_id` is the master's id in the lead."""

    agreement_id = models.UUIDField()
    lead = models.ForeignKey("identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False)
    employer = TenantForeignKey("employers.Employer", related_name="shares")
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=40)
    sponsor_name = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    signed_on = models.DateField()
    pence = models.BigIntegerField()
    total_pence = models.BigIntegerField(null=True, blank=True)  # only where the agreement shares it
    recipient = models.ForeignKey(
        "identity.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    is_illustrative = models.BooleanField(default=False)
    illustrative_note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True)
    terminated_on = models.DateField(null=True, blank=True)
    termination_reason = models.CharField(max_length=1000, blank=True)

    objects = TenantManager.from_queryset(ShareQuerySet)()

    class Meta:
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "agreement_id"], name="sponsorships_share_once"),
            models.CheckConstraint(name="sponsorships_share_pence", condition=Q(pence__gte=0)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def phase(self) -> str:
        """Where it stands today, by its dates."""
        if self.terminated_on:
            return "Ended early"
        if today() < self.starts_on:
            return "Signed"
        return "Running" if today() <= self.ends_on else "Ended"


class ShareComponent(TenantModel):
    """This institute's part of one component, and the fund it feeds."""

    share = TenantForeignKey(AgreementShare, related_name="components")
    component_id = models.UUIDField()  # the master's component
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ComponentKind.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    pence = models.BigIntegerField()
    fund = TenantForeignKey("sponsorships.Fund", related_name="share_components")

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "share", "component_id"], name="sponsorships_sharecomponent_once"
            ),
            models.CheckConstraint(name="sponsorships_sharecomponent_pence", condition=Q(pence__gte=0)),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


class Instalment(TimedModel, TenantModel):
    """A payment this institute expects. `paid_pence` is what receipts were matched to it.

    `pence` stays what was signed or amended; what will not come any more is `written_off_pence`.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        PART_PAID = "part_paid", "Part paid"
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"
        WAIVED = "waived", "Written off"

    component = TenantForeignKey(ShareComponent, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    pence = models.BigIntegerField()
    paid_pence = models.BigIntegerField(default=0)
    written_off_pence = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)

    objects = TenantManager.from_queryset(InstalmentQuerySet)()

    class Meta:
        ordering = ["due_on", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "component", "number"], name="sponsorships_instalment_once"),
            models.CheckConstraint(
                name="sponsorships_instalment_not_overpaid",
                condition=Q(paid_pence__gte=0, paid_pence__lte=F("pence")),
            ),
            models.CheckConstraint(
                name="sponsorships_instalment_state",
                condition=Q(state="scheduled", paid_pence=0, pence__gt=0)
                | Q(state="part_paid", paid_pence__gt=0, paid_pence__lt=F("pence"))
                | Q(state="paid", paid_pence=F("pence"), pence__gt=0)
                | Q(state="waived", written_off_pence=F("pence") - F("paid_pence"), written_off_pence__gt=0)
                | Q(state="cancelled", pence=0),
            ),
            models.CheckConstraint(
                name="sponsorships_instalment_written_off", condition=Q(state="waived") | Q(written_off_pence=0)
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "due_on"],
                name="sponsorships_instalment_due",
                condition=Q(state__in=["scheduled", "part_paid"]),
            ),
        ]

    @property
    def outstanding_pence(self) -> int:
        """What is still to come."""
        return self.pence - self.paid_pence if self.state in ("scheduled", "part_paid") else 0

    @property
    def is_overdue(self) -> bool:
        """Something is outstanding and the due date is past."""
        return self.outstanding_pence > 0 and self.due_on < today()


class ShareAmendment(TenantModel):
    """This institute's own copy of a change: its terms before and after. Never changed."""

    share = TenantForeignKey(AgreementShare, related_name="amendments")
    amendment_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000)
    effective_on = models.DateField()
    before = models.JSONField()
    after = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "share", "number"], name="sponsorships_shareamendment_once"),
        ]
