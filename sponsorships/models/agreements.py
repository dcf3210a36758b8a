"""The agreement as the lead institute drafts it: parties, components, benefits, the plan of payments, amendments.

What a party sees of it is its share (models/shares.py). Master and shares must agree to the penny; the database
checks each level where it can see it, and `agreements_out_of_step` compares them across institutes every night.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.clock import today
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from sponsorships.querysets.agreements import AgreementQuerySet


class Purpose(models.TextChoices):
    """What money is for. Each purpose of each party feeds one fund of the same kind."""

    BURSARY = "bursary", "Bursaries"
    CHALLENGE = "challenge", "STE(A)M challenge"
    EQUIPMENT = "equipment", "Equipment"
    GENERAL = "general", "General support"


class ComponentKind(models.TextChoices):
    """Whether the sponsor gets something back. HMRC asks exactly that (VAT Notice 701/41)."""

    GIFT = "gift", "Gift"
    SPONSORSHIP_FEE = "sponsorship_fee", "Sponsorship fee"


class AgreementState(models.TextChoices):
    """Whether it is running or over follows from its dates; see `AgreementShare.phase`."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed", "Signed"
    TERMINATED = "terminated", "Ended early"


class Agreement(TimedModel, TenantModel):
    """A sponsor's promise to one or more institutes, owned by the institute that leads it."""

    employer = TenantForeignKey("employers.Employer", related_name="agreements")
    title = models.CharField(max_length=200)
    reference = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    total_pence = models.BigIntegerField()
    is_total_shared = models.BooleanField(default=False)  # may the other parties see the whole sum?
    state = models.CharField(max_length=10, choices=AgreementState.choices, default=AgreementState.DRAFT)
    is_illustrative = models.BooleanField(default=False)
    illustrative_note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    drafted_at = models.DateTimeField(default=timezone.now)
    signed_on = models.DateField(null=True, blank=True)
    signed_for_sponsor = TenantForeignKey("employers.Contact", null=True, blank=True, related_name="+")
    signed_for_institute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    terminated_on = models.DateField(null=True, blank=True)  # the last day on which what fell due is still owed
    termination_reason = models.CharField(max_length=1000, blank=True)
    termination_evidence = models.CharField(max_length=300, blank=True)  # where the paper is kept
    terminated_at = models.DateTimeField(null=True, blank=True)
    terminated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = TenantManager.from_queryset(AgreementQuerySet)()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "reference"], name="sponsorships_agreement_reference"),
            models.CheckConstraint(name="sponsorships_agreement_total", condition=Q(total_pence__gt=0)),
            models.CheckConstraint(name="sponsorships_agreement_dates", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="sponsorships_agreement_signed",
                condition=Q(state="draft")
                | Q(signed_on__isnull=False, signed_for_sponsor__isnull=False, signed_for_institute__isnull=False),
            ),
            models.CheckConstraint(
                name="sponsorships_agreement_ended",
                condition=~Q(state="terminated")
                | Q(terminated_on__isnull=False, terminated_at__isnull=False, terminated_by__isnull=False)
                & ~Q(termination_reason="")
                & ~Q(termination_evidence=""),
            ),
            models.CheckConstraint(
                name="sponsorships_agreement_second_person",
                condition=Q(signed_for_institute__isnull=True) | ~Q(signed_for_institute=F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgreementParty(TenantModel):
    """An institute's part: its weight in the split and, once signed, the pence that came of it."""

    agreement = TenantForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    party = models.ForeignKey("identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    weight = models.PositiveIntegerField()
    recipient = models.ForeignKey(
        "identity.Provider", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # the legal entity that takes the money: an institute is a partnership, not a person in law
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["number", "id"]
        verbose_name_plural = "agreement parties"
        constraints = [
            models.UniqueConstraint(fields=["institute", "agreement", "party"], name="sponsorships_party_once"),
            models.UniqueConstraint(fields=["institute", "agreement", "number"], name="sponsorships_party_number"),
            models.CheckConstraint(name="sponsorships_party_weight", condition=Q(weight__gt=0, pence__gte=0)),
        ]


class AgreementComponent(TenantModel):
    """Money of one kind for one purpose. A fee lists at least one benefit, a gift none."""

    agreement = TenantForeignKey(Agreement, on_delete=models.CASCADE, related_name="components")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ComponentKind.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    pence = models.BigIntegerField()
    vat_note = models.CharField("VAT treatment and reason", max_length=300, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "agreement", "number"], name="sponsorships_component_number"),
            models.CheckConstraint(name="sponsorships_component_pence", condition=Q(pence__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.get_kind_display().lower()})"


class PlannedInstalment(TenantModel):
    """A payment the sponsor makes on a component, before it is split over the parties."""

    component = TenantForeignKey(AgreementComponent, on_delete=models.CASCADE, related_name="plan")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "component", "number"], name="sponsorships_planned_number"),
            models.CheckConstraint(name="sponsorships_planned_pence", condition=Q(pence__gte=0)),
        ]


class Benefit(TimedModel, TenantModel):
    """Something the sponsor is owed in return for a fee: naming, a logo, places at an event."""

    component = TenantForeignKey(AgreementComponent, on_delete=models.CASCADE, related_name="benefits")
    what = models.CharField(max_length=300)
    fair_value_pence = models.BigIntegerField(null=True, blank=True)
    due_on = models.DateField()
    delivered_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # owed no longer: the agreement ended before it was due
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["due_on", "id"]

    @property
    def is_overdue(self) -> bool:
        """Still owed, and the date is past."""
        return self.delivered_on is None and self.ended_on is None and self.due_on < today()


class Amendment(TenantModel):
    """A change of a signed agreement. Written once, with the terms before and after; never changed."""

    agreement = TenantForeignKey(Agreement, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField()  # of the form that asked for it: sent twice, applied once
    reason = models.CharField(max_length=1000)
    effective_on = models.DateField()
    before = models.JSONField()
    after = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "agreement", "number"], name="sponsorships_amendment_number"),
            models.UniqueConstraint(fields=["institute", "key"], name="sponsorships_amendment_key"),
        ]
