"""In-kind contributions: what an employer gives besides money, and the dossier of what it is worth."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from sponsorships.models.rate_card import rate_of
from sponsorships.querysets.contributions import ContributionQuerySet, ValuationQuerySet


class Contribution(TimedModel, TenantModel):
    """One gift in kind by an employer. Counts in totals when accepted and its valuation is approved (see
    `ValuationQuerySet.counted`)."""

    class Kind(models.TextChoices):
        EQUIPMENT_GIVEN = "equipment_given", "Equipment given"
        EQUIPMENT_LENT = "equipment_lent", "Equipment lent"
        SECONDED_STAFF = "seconded_staff", "Seconded staff"
        EXPERT_TIME = "expert_time", "Expert time"
        SOFTWARE = "software", "Software"
        PREMISES = "premises", "Premises"
        MATERIALS = "materials", "Materials"
        LIVE_BRIEF = "live_brief", "Live brief"
        OTHER = "other", "Other"

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        AGREED = "agreed", "Agreed"
        DELIVERED = "delivered", "Delivered"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Origin(models.TextChoices):
        """Match is public or private by the nature of the giver (former ESI funds' rules)."""

        PRIVATE = "private", "Private"
        PUBLIC = "public", "Public"

    employer = TenantForeignKey("employers.Employer", related_name="contributions")
    share = TenantForeignKey("sponsorships.AgreementShare", null=True, blank=True, related_name="contributions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=2000)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.PRIVATE)
    offered_on = models.DateField(default=today)
    delivered_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    state_reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(ContributionQuerySet)()

    class Meta:
        ordering = ["-offered_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="sponsorships_contribution_accepted_was_delivered",
                condition=~Q(state="accepted") | Q(delivered_on__isnull=False, accepted_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["institute", "state", "-offered_on"], name="sponsorships_contribution_list"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it may still become an accepted contribution."""
        return self.state in (self.State.OFFERED, self.State.AGREED, self.State.DELIVERED)

    @property
    def given_on(self) -> dt.date:
        """The day whose rates apply: that on which it was delivered or, before that, offered."""
        return self.delivered_on or self.offered_on


class ContributionLine(TimedModel, TenantModel):
    """One item or one stretch of somebody's time. Lent equipment says when it goes back."""

    class Unit(models.TextChoices):
        EACH = "each", "items"
        HOUR = "hour", "hours"
        DAY = "day", "days"
        MONTH = "month", "months"

    contribution = TenantForeignKey(Contribution, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=200)
    quantity_hundredths = models.PositiveIntegerField(default=100)  # 12.5 days is 1250: no float, no rounding
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.EACH)
    serial = models.CharField("serial number", max_length=80, blank=True)
    return_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "contribution", "number"], name="sponsorships_contributionline_once"
            ),
            models.CheckConstraint(
                name="sponsorships_contributionline_quantity", condition=Q(quantity_hundredths__gt=0)
            ),
            models.CheckConstraint(
                name="sponsorships_contributionline_returned",
                condition=Q(returned_on__isnull=True) | Q(return_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "return_on"],
                name="sponsorships_line_due_back",
                condition=Q(return_on__isnull=False, returned_on__isnull=True),
            ),
        ]

    @property
    def is_out(self) -> bool:
        """Lent, and not back with the employer."""
        return self.return_on is not None and self.returned_on is None

    @property
    def is_overdue(self) -> bool:
        """It should have gone back before today."""
        return self.is_out and self.return_on < today()

    @property
    def quantity(self) -> str:
        """The quantity as a person writes it: 3, 12.5."""
        whole, rest = divmod(self.quantity_hundredths, 100)
        return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")

    @property
    def quantity_in_words(self) -> str:
        """With its unit: "12.5 days", "1 item"."""
        unit = self.get_unit_display()
        return f"{self.quantity} {unit.removesuffix('s') if self.quantity_hundredths == 100 else unit}"


class Valuation(TimedModel, TenantModel):
    """What somebody says a line is worth, on one basis, in one version.

    Donor-declared, comparator and the figure accepted for match stand side by side and are never merged. Nobody
    approves their own valuation, whatever their role: the database refuses it too.
    """

    class Basis(models.TextChoices):
        DONOR_DECLARED = "donor_declared", "Declared by the employer"
        MARKET_COMPARATOR = "market_comparator", "Market comparator"
        RATE_CARD = "rate_card", "Rate card"
        INVOICE = "invoice", "Invoice"
        INDEPENDENT = "independent", "Independent valuation"

    class State(models.TextChoices):
        SUBMITTED = "submitted", "To approve"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Change asked for"
        SUPERSEDED = "superseded", "Superseded"

    line = TenantForeignKey(ContributionLine, on_delete=models.CASCADE, related_name="valuations")
    basis = models.CharField(max_length=20, choices=Basis.choices)
    version = models.PositiveSmallIntegerField()
    pence = models.BigIntegerField()
    rate_code = models.CharField(max_length=40, blank=True)
    rate_pence_per_day = models.BigIntegerField(null=True, blank=True)
    note = models.CharField("how the figure was made", max_length=1000, blank=True)
    valued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    valued_on = models.DateField(default=today)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=1000, blank=True)

    objects = TenantManager.from_queryset(ValuationQuerySet)()

    @property
    def is_at_the_rate_of_the_day(self) -> bool | None:
        """Whether its rate is in force on the day on which the line is given, as it has to be; None without a rate.

        A line may be given later than it was offered and valued. The value stays as it is until somebody values anew.
        """
        rate = rate_of(self.rate_code)
        return rate.holds_on(self.line.contribution.given_on) if rate else None

    class Meta:
        ordering = ["line", "basis", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "line", "basis", "version"], name="sponsorships_valuation_version"
            ),
            models.UniqueConstraint(
                fields=["institute", "line", "basis"],
                condition=Q(state="approved"),
                name="sponsorships_valuation_one_approved",
            ),
            models.UniqueConstraint(
                fields=["institute", "line", "basis"],
                condition=Q(state="submitted"),
                name="sponsorships_valuation_one_submitted",
            ),
            models.CheckConstraint(name="sponsorships_valuation_positive", condition=Q(pence__gt=0)),
            models.CheckConstraint(
                name="sponsorships_valuation_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("valued_by")),
            ),
            models.CheckConstraint(
                name="sponsorships_valuation_decided",
                condition=~Q(state__in=["approved", "returned"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sponsorships_valuation_rate",
                condition=~Q(basis="rate_card") | (Q(rate_pence_per_day__isnull=False) & ~Q(rate_code="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "valued_on"],
                name="sponsorships_valuation_waiting",
                condition=Q(state="submitted"),
            ),
        ]


class Evidence(TenantModel):
    """What backs a valuation: the kind of paper and where it is kept. The paper itself stays there."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        PRICE_LIST = "price_list", "Price list"
        TIMESHEET = "timesheet", "Timesheet"
        PAYROLL = "payroll", "Payroll statement"
        LOAN_AGREEMENT = "loan_agreement", "Loan agreement"
        VALUATION = "valuation", "Independent valuation"
        DECLARATION = "declaration", "Signed declaration"

    valuation = TenantForeignKey(Valuation, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reference = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
