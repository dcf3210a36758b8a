"""The employers' people who help on the day."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from events.models.challenges import Challenge
from events.querysets import VolunteerQuerySet


class Volunteer(TimedModel, TenantModel):
    """One person's shift. Assurance is a fact ("seen by, on"), never a certificate or its contents.

    Source: Keeping children safe in education, on visitors and volunteers: decide by risk which checks are needed and
    keep copies of certificates only with a reason; we keep none.
    """

    class Role(models.TextChoices):
        MENTOR = "mentor", "Mentor"
        JUDGE = "judge", "Judge"
        SPEAKER = "speaker", "Speaker"
        HELPER = "helper", "Helper"

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        ACCEPTED = "accepted", "Coming"
        DECLINED = "declined", "Cannot come"
        ATTENDED = "attended", "Came"

    challenge = TenantForeignKey(Challenge, related_name="volunteers")
    contact = TenantForeignKey("employers.Contact", related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    invited_at = models.DateTimeField(default=timezone.now)
    is_unsupervised = models.BooleanField(default=False)
    check_seen_on = models.DateField(null=True, blank=True)
    check_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # given on the day
    # What the time became in kind, once: later changes are made there.
    contribution = TenantForeignKey("sponsorships.Contribution", null=True, blank=True, related_name="+")

    objects = TenantManager.from_queryset(VolunteerQuerySet)()

    class Meta:
        ordering = ["role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "challenge", "contact"], name="events_volunteer_once"),
            models.CheckConstraint(
                condition=models.Q(check_seen_on__isnull=True, check_seen_by__isnull=True)
                | models.Q(check_seen_on__isnull=False, check_seen_by__isnull=False),
                name="events_volunteer_check_who_and_when",
            ),
        ]

    @property
    def hours(self) -> str:
        """The time given, in words."""
        return f"{(self.minutes or 0) / 60:g} hours"
