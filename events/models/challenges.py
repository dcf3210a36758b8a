"""A STE(A)M challenge: what, when, where, for how many."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from crm.base.clock import LONDON, today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from events.querysets import ChallengeQuerySet


class Challenge(TimedModel, TenantModel):
    """One day on which school groups come, or a final that a season leads to."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "Open for booking"
        CLOSED = "closed", "Booking closed"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    title = models.CharField(max_length=160)
    brief = models.TextField(blank=True)
    year_group = models.PositiveSmallIntegerField(default=9)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Rises when the date moves, so that reminders sent for the old date do not stand for the new one.
    date_version = models.PositiveSmallIntegerField(default=1)
    venue = models.CharField(max_length=200)
    places = models.PositiveSmallIntegerField()  # school groups
    pupils_per_adult = models.PositiveSmallIntegerField(default=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    fund = TenantForeignKey("sponsorships.Fund", null=True, blank=True, related_name="challenges")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(ChallengeQuerySet)()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="events_challenge_ends_after_start"),
            models.CheckConstraint(condition=Q(places__gt=0), name="events_challenge_has_places"),
            models.CheckConstraint(condition=Q(pupils_per_adult__gt=0), name="events_challenge_ratio"),
        ]
        indexes = [models.Index(fields=["institute", "starts_at"], name="events_challenge_by_date")]

    def __str__(self) -> str:
        return self.title

    @property
    def day(self) -> dt.date:
        """The day it begins, in London."""
        return self.starts_at.astimezone(LONDON).date()

    @property
    def is_day_or_later(self) -> bool:
        """Whether somebody can have come by now."""
        return today() >= self.day

    @property
    def is_live(self) -> bool:
        """Neither cancelled nor put away: people and costs may still be added."""
        return self.state in (self.State.PLANNED, self.State.OPEN, self.State.CLOSED)

    @property
    def is_bookable(self) -> bool:
        """Whether a group may be booked now."""
        return self.state == self.State.OPEN


class ChallengeCost(TenantModel):
    """Money spent on a challenge; the journal entry says from which fund."""

    challenge = TenantForeignKey(Challenge, related_name="costs")
    what = models.CharField(max_length=160)
    pence = models.BigIntegerField()
    spent_on = models.DateField()
    entry = TenantForeignKey("sponsorships.JournalEntry", null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["spent_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(pence__gt=0), name="events_cost_positive")]
