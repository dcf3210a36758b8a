"""What employers changed in what is taught."""

from django.db import models
from django.db.models import Q

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.employers import Employer
from employers.models.engagements import Engagement
from employers.querysets import LockableQuerySet


class CurriculumInput(TimedModel, TenantModel):
    """A change to a course that an employer asked for. Adopted, it names its evidence."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ADOPTED = "adopted", "Adopted"
        DECLINED = "declined", "Declined"

    employer = TenantForeignKey(Employer, related_name="curriculum_inputs")
    engagement = TenantForeignKey(Engagement, null=True, blank=True, related_name="curriculum_inputs")
    course = models.CharField(max_length=120)  # its code or name, as the provider calls it
    what_changed = models.CharField(max_length=500)
    evidence = models.CharField(
        max_length=300, blank=True
    )  # minutes, a module outline: what it is and where it is kept
    proposed_on = models.DateField(default=today)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)  # why it was declined

    objects = TenantManager.from_queryset(LockableQuerySet)()

    class Meta:
        ordering = ["-proposed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="employers_curriculum_evidence", condition=~Q(state="adopted") | ~Q(evidence="")
            ),
            models.CheckConstraint(
                name="employers_curriculum_decided",
                condition=Q(state="proposed", decided_on__isnull=True)
                | (~Q(state="proposed") & Q(decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="employers_curriculum_reason",
                condition=(Q(state="declined") & ~Q(reason="")) | (~Q(state="declined") & Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["institute", "state", "-proposed_on"], name="employers_curriculum_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.what_changed}"
