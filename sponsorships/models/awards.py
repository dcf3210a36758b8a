"""Bursary awards and their instalments."""

from django.db import models
from django.db.models import F, Q

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet, TimedModel
from sponsorships.models.funds import Fund
from sponsorships.models.learners import LearnerRef


class Award(TimedModel, TenantModel):
    """Money set aside for one learner's need. From approval on its unpaid part is committed."""

    class Purpose(models.TextChoices):
        TRAVEL = "travel", "Travel"
        EQUIPMENT = "equipment", "Equipment"
        BOOKS = "books", "Books"
        CHILDCARE = "childcare", "Childcare"
        FEES = "fees", "Fees"
        OTHER = "other", "Other"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        COMPLETED = "completed", "Completed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    fund = TenantForeignKey(Fund, related_name="awards")
    learner = TenantForeignKey(LearnerRef, related_name="awards")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    pence = models.BigIntegerField()
    reason = models.CharField("need met", max_length=300)
    scheme_version = models.CharField("rules it was made under", max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    approved_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    approved_on = models.DateField()
    recovered_pence = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-approved_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(pence__gt=0), name="sponsorships_award_above_zero"),
            models.CheckConstraint(
                condition=Q(recovered_pence__gte=0) & Q(recovered_pence__lte=F("pence")),
                name="sponsorships_award_recovered_at_most_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} for {self.learner}"


class AwardInstalmentQuerySet(TenantQuerySet):
    def unpaid(self) -> "AwardInstalmentQuerySet":
        """Planned, or paid in vain: still to be paid."""
        return self.filter(state__in=AwardInstalment.UNPAID)

    def due(self) -> "AwardInstalmentQuerySet":
        """Unpaid, with a due date today or earlier (London)."""
        return self.unpaid().filter(due_on__lte=today())


class AwardInstalment(TimedModel, TenantModel):
    """A part of an award with its date."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        PAID = "paid", "Paid"
        FAILED = "failed", "Payment failed"
        CANCELLED = "cancelled", "Cancelled"

    UNPAID = (State.PLANNED, State.FAILED)

    award = TenantForeignKey(Award, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    pence = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    paid_on = models.DateField(null=True, blank=True)
    paid_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # How often it was paid or tried; part of the journal key, so that a payment after a failed one is a new entry.
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = TenantManager.from_queryset(AwardInstalmentQuerySet)()

    class Meta:
        ordering = ["award", "number"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "award", "number"], name="sponsorships_awardinstalment_once"),
            models.CheckConstraint(condition=Q(pence__gt=0), name="sponsorships_awardinstalment_above_zero"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False, paid_by__isnull=False),
                name="sponsorships_awardinstalment_paid_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "due_on"],
                name="sponsorships_awardinst_unpaid",
                condition=Q(state__in=["planned", "failed"]),
            ),
        ]

    @property
    def is_unpaid(self) -> bool:
        """Whether it is still to be paid."""
        return self.state in self.UNPAID
