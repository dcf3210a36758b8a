"""What was said and done with an employer."""

from django.db import models
from django.db.models import Q

from crm.base.tenancy import TenantForeignKey, TenantModel, TimedModel
from employers.models.contacts import Contact
from employers.models.employers import Employer


class Engagement(TimedModel, TenantModel):
    """A conversation that took place. What is still to come is a FollowUp."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        VISIT = "visit", "Visit"
        NOTE = "note", "Note"

    employer = TenantForeignKey(Employer, related_name="engagements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField()
    summary = models.TextField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    contacts = models.ManyToManyField(
        Contact, through="EngagementContact", through_fields=("engagement", "contact"), related_name="engagements"
    )

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, 24 * 60)), name="employers_engagement_minutes"
            ),
        ]
        indexes = [
            models.Index(fields=["institute", "employer", "-happened_at"], name="employers_engagement_latest"),
            models.Index(fields=["institute", "-happened_at"], name="employers_engagement_recent"),
        ]


class EngagementContact(TenantModel):
    """Who took part."""

    engagement = TenantForeignKey(Engagement, on_delete=models.CASCADE, related_name="links")
    contact = TenantForeignKey(Contact, on_delete=models.CASCADE, related_name="links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "engagement", "contact"], name="employers_took_part_once"),
        ]
