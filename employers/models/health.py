"""How the relationship with an employer stands, and the rules by which that is worked out."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel
from employers.models.employers import Employer


def _days(default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=default, validators=[MinValueValidator(1), MaxValueValidator(730)])


def _points(default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=default, validators=[MaxValueValidator(100)])


class HealthRules(TenantModel):
    """One version of an institute's rules. The highest version is in force; before the first, the defaults are.

    A relationship starts with 100 points, and every reason takes its points away; none for a rule of 0 points. The
    days of `quiet_after_days` are those of the tab "Going quiet" too, so that rule always takes at least one point.
    """

    version = models.PositiveIntegerField()
    slows_after_days = _days(45)
    slows_points = _points(15)
    quiet_after_days = _days(60)
    quiet_points = _points(40)
    our_promise_points = _points(15)  # each
    their_promise_points = _points(10)  # each
    most_promises = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1)])
    renewal_lead_days = _days(90)
    renewal_points = _points(15)
    single_contact_points = _points(10)
    watch_below = _points(90)
    attention_below = _points(60)
    made_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "version"], name="employers_healthrules_version"),
            models.CheckConstraint(
                condition=Q(version__gte=1, quiet_points__gte=1, slows_after_days__lt=F("quiet_after_days"))
                & Q(attention_below__lte=F("watch_below"), watch_below__lte=100),
                name="employers_healthrules_in_order",
            ),
        ]


class EmployerHealth(TenantModel):
    """The summary of one employer: every employer has one, made with it by a trigger and kept by employers.rollups.

    `score` is 100 less the points of the `reasons`, at least 0. A reason is {rule, points, on, about}: the day it
    speaks of, and the (type, id) of the row behind it. It holds no name and no text of a person.
    """

    class Level(models.TextChoices):
        GOOD = "good", "Good"
        WATCH = "watch", "Watch"
        ATTENTION = "attention", "Needs attention"
        QUIET = "quiet", "Going quiet"
        NONE = "none", "Not judged"  # no conversation yet and nothing promised, or no longer in play

    employer = TenantForeignKey(Employer, on_delete=models.CASCADE, related_name="health")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.NONE)
    score = models.PositiveSmallIntegerField(default=100)
    reasons = models.JSONField(default=list)
    rules_version = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)  # None until a worker has been there
    recheck_on = models.DateField()  # the first day on which the passing of days alone changes it

    class Meta:
        ordering = ["score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "employer"], name="employers_health_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="employers_health_score"),
        ]
        indexes = [
            models.Index(fields=["institute", "level"], include=["employer"], name="employers_health_by_level"),
            models.Index(fields=["institute", "recheck_on"], name="employers_health_by_day"),
            models.Index(fields=["institute", "rules_version"], name="employers_health_by_rules"),
        ]
