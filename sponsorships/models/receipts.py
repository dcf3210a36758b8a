"""Money that came in at the bank, and what each pound of it was for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TimedModel
from sponsorships.querysets.receipts import ReceiptMatchQuerySet, ReceiptQuerySet


class Receipt(TimedModel, TenantModel):
    """One line of the bank statement. What is neither matched, refunded nor taken as a gift waits on it."""

    class State(models.TextChoices):
        UNMATCHED = "unmatched", "Unmatched"
        PART_MATCHED = "part_matched", "Part matched"
        MATCHED = "matched", "Matched"
        REFUNDED = "refunded", "Refunded"

    banked_on = models.DateField()
    payer = models.CharField(max_length=200)
    reference = models.CharField("bank reference", max_length=80)
    pence = models.BigIntegerField()
    settled_pence = models.BigIntegerField(default=0)  # matched, taken as a gift or refunded; sum of its matches
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNMATCHED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(ReceiptQuerySet)()

    class Meta:
        ordering = ["-banked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "reference"], name="sponsorships_receipt_reference"),
            models.CheckConstraint(
                name="sponsorships_receipt_not_oversettled",
                condition=Q(pence__gt=0, settled_pence__gte=0, settled_pence__lte=F("pence")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "banked_on"],
                name="sponsorships_receipt_open",
                condition=Q(state__in=["unmatched", "part_matched"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer}, {self.reference}"

    @property
    def unmatched_pence(self) -> int:
        """What still waits for a decision."""
        return self.pence - self.settled_pence


class ReceiptMatch(TenantModel):
    """What some of a receipt was for. Written once; money that reached a fund has a journal entry.

    One that was wrong is undone by another with the same target and the pence turned, which says who did it, when and
    why; the first stays.
    """

    class Kind(models.TextChoices):
        INSTALMENT = "instalment", "Instalment"
        GIFT = "gift", "Gift without a promise"
        REFUND = "refund", "Sent back"

    receipt = TenantForeignKey(Receipt, related_name="matches")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    pence = models.BigIntegerField()
    instalment = TenantForeignKey("sponsorships.Instalment", null=True, blank=True, related_name="matches")
    fund = TenantForeignKey("sponsorships.Fund", null=True, blank=True, related_name="receipt_matches")
    reason = models.CharField(max_length=500, blank=True)
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(ReceiptMatchQuerySet)()

    class Meta:
        ordering = ["made_at", "id"]
        verbose_name_plural = "receipt matches"
        constraints = [
            models.CheckConstraint(
                name="sponsorships_receiptmatch_pence",
                condition=Q(pence__gt=0, reverses__isnull=True) | Q(pence__lt=0, reverses__isnull=False),
            ),
            models.UniqueConstraint(fields=["institute", "reverses"], name="sponsorships_receiptmatch_undone_once"),
            models.CheckConstraint(
                name="sponsorships_receiptmatch_target",
                condition=Q(kind="instalment", instalment__isnull=False, fund__isnull=False)
                | Q(kind="gift", instalment__isnull=True, fund__isnull=False)
                | Q(kind="refund", instalment__isnull=True, fund__isnull=True),
            ),
        ]

    @property
    def journal_key(self) -> str:
        """The key of the entry that brought the money into the fund."""
        return f"receipt:{self.pk}"
