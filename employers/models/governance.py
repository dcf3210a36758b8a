"""Who from which employer sits on the bodies of the institute, and who came."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from crm.base.clock import today
from crm.base.periods import Days
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from employers.models.contacts import Contact
from employers.models.employers import Employer
from employers.querysets import LockableQuerySet, SeatQuerySet


def _held() -> Days:
    return Days("starts_on", "ends_on", RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class Body(TimedModel, TenantModel):
    """A board, committee or panel in which employers have a say."""

    name = models.CharField(max_length=120)

    objects = TenantManager.from_queryset(LockableQuerySet)()

    class Meta:
        ordering = [Lower("name"), "id"]
        verbose_name_plural = "bodies"
        constraints = [models.UniqueConstraint(F("institute"), Lower("name"), name="employers_body_once")]

    def __str__(self) -> str:
        return self.name


class Seat(TimedModel, TenantModel):
    """A person of an employer in a body for a time. A body has one chair on any day.

    The employer is that of the day the seat was given: a person who moves on leaves the seat to their history.
    """

    class Role(models.TextChoices):
        CHAIR = "chair", "Chair"
        DEPUTY = "deputy", "Deputy chair"
        MEMBER = "member", "Member"
        OBSERVER = "observer", "Observer"

    body = TenantForeignKey(Body, related_name="seats")
    contact = TenantForeignKey(Contact, related_name="seats")
    employer = TenantForeignKey(Employer, related_name="seats")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = TenantManager.from_queryset(SeatQuerySet)()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="employers_seat_period", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="employers_seat_one_chair",
                expressions=[
                    ("institute", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    (_held(), RangeOperators.OVERLAPS),
                ],
                condition=Q(role="chair"),
            ),
            ExclusionConstraint(
                name="employers_seat_once_each",
                expressions=[
                    ("institute", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    ("contact", RangeOperators.EQUAL),
                    (_held(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    @property
    def is_in_force(self) -> bool:
        """Held today."""
        return self.starts_on <= today() and (self.ends_on is None or self.ends_on >= today())


class BodyMeeting(TimedModel, TenantModel):
    """A day on which a body met."""

    body = TenantForeignKey(Body, related_name="meetings")
    held_on = models.DateField()

    objects = TenantManager.from_queryset(LockableQuerySet)()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "body", "held_on"], name="employers_body_met_once"),
        ]


class Attendance(TenantModel):
    """Whether the holder of a seat came: one row for each seat that was held that day."""

    class Came(models.TextChoices):
        YES = "yes", "Came"
        APOLOGIES = "apologies", "Sent apologies"
        NO = "no", "Did not come"

    meeting = TenantForeignKey(BodyMeeting, on_delete=models.CASCADE, related_name="attendance")
    seat = TenantForeignKey(Seat, on_delete=models.CASCADE, related_name="attendance")
    came = models.CharField(max_length=10, choices=Came.choices)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["institute", "meeting", "seat"], name="employers_attended_once"),
        ]
