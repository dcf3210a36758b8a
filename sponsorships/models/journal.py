"""The journal: pence that move between the buckets of a fund, in entries that are never changed.

Money in every bucket but `external` is never negative. `external` is the world outside a fund, so it mirrors the rest
and each entry's postings sum to zero.
"""

from django.db import models
from django.utils import timezone

from crm.base.context import acting_institute
from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from sponsorships.models.funds import Fund


class Bucket(models.TextChoices):
    """Where a penny of a fund is. `shortfall` is what the fund owes back and cannot cover; it blocks awards."""

    EXTERNAL = "external", "Outside the fund"
    PROMISED = "promised", "Promised"
    AVAILABLE = "available", "Available"
    COMMITTED = "committed", "Committed"
    PAID = "paid", "Paid"
    SPENT = "spent", "Spent"
    SHORTFALL = "shortfall", "Shortfall"


class EntryKind(models.TextChoices):
    """What happened. sponsorships.models.moves says between which buckets each kind may move money."""

    PROMISED = "promised", "Promised"
    RECEIVED = "received", "Received"
    GIFT = "gift", "Gift without a promise"
    AWARDED = "awarded", "Awarded"
    PAID = "paid", "Paid"
    PAYMENT_FAILED = "payment_failed", "Payment failed"
    RELEASED = "released", "Released"
    RECOVERED = "recovered", "Recovered"
    TRANSFERRED = "transferred", "Transferred"
    REFUNDED = "refunded", "Refunded"
    RECALLED = "recalled", "Recalled"
    SPENT = "spent", "Spent"
    PROMISE_WRITTEN_OFF = "promise_written_off", "Promise written off"


class JournalEntryQuerySet(TenantQuerySet):
    def with_key(self, key: str) -> "JournalEntryQuerySet":
        """The acting institute's entry under an idempotency key, if it stands."""
        return self.filter(institute_id=acting_institute(), idempotency_key=key)


class JournalEntry(TenantModel):
    """One thing that happened to money. Written by post_entry and reverse_entry alone; never changed."""

    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    occurred_on = models.DateField()
    memo = models.CharField(max_length=300)
    # What brought it about, as ("sponsorships.award", id).
    source_type = models.CharField(max_length=60)
    source_id = models.UUIDField()
    # Chosen by the caller before the first try: a repeat with the same facts is the same entry.
    idempotency_key = models.CharField(max_length=120)
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(JournalEntryQuerySet)()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "idempotency_key"], name="sponsorships_entry_key_once"),
            models.UniqueConstraint(fields=["institute", "reverses"], name="sponsorships_entry_reversed_once"),
            models.CheckConstraint(condition=models.Q(kind__in=EntryKind.values), name="sponsorships_entry_kind"),
            models.CheckConstraint(condition=~models.Q(idempotency_key=""), name="sponsorships_entry_has_key"),
        ]
        indexes = [
            models.Index(fields=["institute", "source_type", "source_id"], name="sponsorships_entry_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.memo}"


class Posting(TenantModel):
    """One line of an entry: so many pence into (or, negative, out of) a bucket of a fund.

    `kind` and `occurred_on` repeat the entry's, so that the roll-up reads one table.
    """

    entry = TenantForeignKey(JournalEntry, related_name="postings")
    fund = TenantForeignKey(Fund, related_name="postings")
    bucket = models.CharField(max_length=10, choices=Bucket.choices)
    pence = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    occurred_on = models.DateField()
    # 1, 2, 3 … per fund, given under the fund's row lock: commit order, which no id is.
    sequence = models.BigIntegerField()

    class Meta:
        ordering = ["fund", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "fund", "sequence"], name="sponsorships_posting_order"),
            models.CheckConstraint(condition=~models.Q(pence=0), name="sponsorships_posting_moves_something"),
            models.CheckConstraint(condition=models.Q(bucket__in=Bucket.values), name="sponsorships_posting_bucket"),
            models.CheckConstraint(condition=models.Q(sequence__gt=0), name="sponsorships_posting_counts_from_one"),
        ]


class FundBalance(TenantModel):
    """What a bucket of a fund holds now. A trigger makes the rows with the fund and moves them with each posting;
    the application has no right to."""

    fund = TenantForeignKey(Fund, related_name="balances")
    bucket = models.CharField(max_length=10, choices=Bucket.choices)
    pence = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["fund", "bucket"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "fund", "bucket"], name="sponsorships_balance_once"),
            models.CheckConstraint(
                condition=models.Q(bucket="external") | models.Q(pence__gte=0), name="sponsorships_balance_not_negative"
            ),
        ]
