"""Projects with a funder that several employers, and several institutes, take part in."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.employers import Employer
from employers.querysets import LockableQuerySet


class LiveProject(TimedModel, TenantModel):
    """What one institute knows of a project: its own row, whoever else takes part.

    Institutes in the same project have a row each; funder and reference are what those rows have in common
    (`shared_key`). Nothing here is readable by another institute: who wants to tell more shares it.
    """

    title = models.CharField(max_length=200)
    funder = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, blank=True)  # the funder's own number
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(LockableQuerySet)()

    class Meta:
        ordering = [Lower("title"), "id"]
        constraints = [
            models.CheckConstraint(
                name="employers_project_period",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                F("institute"),
                Lower("funder"),
                Upper("reference"),
                condition=~Q(reference=""),
                name="employers_project_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shared_key(self) -> tuple[str, str] | None:
        """By which rows of several institutes are known as one project; None without the funder's number."""
        return (self.funder.casefold(), self.reference.upper()) if self.reference else None

    @property
    def phase(self) -> str:
        """Where it stands today, in a word."""
        if self.ends_on and self.ends_on < today():
            return "Ended"
        return "Planned" if self.starts_on and self.starts_on > today() else "Running"


class ProjectEmployer(TenantModel):
    """An employer's part in a project."""

    class Part(models.TextChoices):
        LEAD = "lead", "Lead"
        PARTNER = "partner", "Partner"
        SUPPORTER = "supporter", "Supporter"

    project = TenantForeignKey(LiveProject, on_delete=models.CASCADE, related_name="participants")
    employer = TenantForeignKey(Employer, related_name="projects")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.PARTNER)

    class Meta:
        ordering = ["part", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "project", "employer"], name="employers_in_project_once"),
        ]


class ProjectInstitute(TenantModel):
    """Another institute in the project, as this one knows it. It gives that institute no sight of anything."""

    project = TenantForeignKey(LiveProject, on_delete=models.CASCADE, related_name="other_institutes")
    other = models.ForeignKey("identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "project", "other"], name="employers_project_other_once"),
            models.CheckConstraint(name="employers_project_other", condition=~Q(other=F("institute"))),
        ]
