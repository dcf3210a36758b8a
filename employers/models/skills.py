"""Whom employers look for."""

from django.db import models
from django.db.models import Q

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.employers import Employer
from employers.querysets import SkillsNeedQuerySet


class SkillsNeed(TimedModel, TenantModel):
    """So many people with certain skills, at a level of qualification, by a day."""

    class Level(models.IntegerChoices):
        """Levels of the Regulated Qualifications Framework (gov.uk, "What qualification levels mean")."""

        TWO = 2, "Level 2"
        THREE = 3, "Level 3 (A level, T Level)"
        FOUR = 4, "Level 4 (HNC, higher apprenticeship)"
        FIVE = 5, "Level 5 (HND, foundation degree)"
        SIX = 6, "Level 6 (degree)"
        SEVEN = 7, "Level 7 (master’s)"
        EIGHT = 8, "Level 8 (doctorate)"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        CLOSED = "closed", "Closed"

    employer = TenantForeignKey(Employer, related_name="skills_needs")
    roles = models.CharField(max_length=200)
    sector = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    headcount = models.PositiveIntegerField()
    needed_by = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it was closed unmet

    objects = TenantManager.from_queryset(SkillsNeedQuerySet)()

    class Meta:
        ordering = ["needed_by", "id"]
        constraints = [
            models.CheckConstraint(name="employers_skills_headcount", condition=Q(headcount__range=(1, 100_000))),
            models.CheckConstraint(name="employers_skills_level", condition=Q(level__range=(2, 8))),
            models.CheckConstraint(
                name="employers_skills_settled",
                condition=Q(state="open", settled_on__isnull=True) | (~Q(state="open") & Q(settled_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="employers_skills_reason",
                condition=(Q(state="closed") & ~Q(reason="")) | (~Q(state="closed") & Q(reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["institute", "state", "needed_by"], name="employers_skills_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.headcount} × {self.roles}"

    @property
    def is_overdue(self) -> bool:
        """Open, and the day is past."""
        return self.state == self.State.OPEN and self.needed_by < today()
