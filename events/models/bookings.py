"""School groups, by headcount. There is no place for a pupil's name, on purpose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from events.models.challenges import Challenge
from events.querysets import GroupBookingQuerySet


class GroupBooking(TimedModel, TenantModel):
    """A school's group on a challenge: comes whole or not at all. Everything about pupils is a count."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", "Booked"
        WAITING = "waiting", "Waiting list"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ATTENDED = "attended", "Came"
        NO_SHOW = "no_show", "Did not come"

    challenge = TenantForeignKey(Challenge, related_name="bookings")
    school = models.ForeignKey("identity.Provider", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = TenantForeignKey("employers.Contact", related_name="+")  # the lead teacher's work contact
    pupils = models.PositiveSmallIntegerField()
    adults = models.PositiveSmallIntegerField()
    step_free = models.PositiveSmallIntegerField(default=0)
    dietary = models.PositiveSmallIntegerField(default=0)
    support_places = models.PositiveSmallIntegerField(default=0)
    attended_pupils = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TenantManager.from_queryset(GroupBookingQuerySet)()

    class Meta:
        ordering = ["booked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "challenge", "school"],
                condition=~Q(state="withdrawn"),
                name="events_booking_once_per_school",
            ),
            models.CheckConstraint(condition=Q(pupils__gt=0, adults__gt=0), name="events_booking_has_people"),
        ]
        indexes = [models.Index(fields=["institute", "challenge", "state", "booked_at"], name="events_booking_state")]

    @property
    def needs(self) -> list[str]:
        """What the group needs, in words: `2 dietary`."""
        counts = ((self.step_free, "step-free"), (self.dietary, "dietary"), (self.support_places, "support"))
        return [f"{count} {what}" for count, what in counts if count]
