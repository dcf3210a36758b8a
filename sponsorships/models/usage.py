"""What is derived: the roll-up of the journal, kept by sponsorships.rollups, and the daily proofs."""

from django.db import models
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel
from sponsorships.models.funds import Fund
from sponsorships.models.journal import Bucket, EntryKind


class FundMonth(TenantModel):
    """The sum and the number of a fund's postings of one kind into one bucket in one month. Never written by hand."""

    fund = TenantForeignKey(Fund, related_name="months")
    month = models.DateField()  # its first day
    academic_year = models.CharField(max_length=7)
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    bucket = models.CharField(max_length=10, choices=Bucket.choices)
    pence = models.BigIntegerField()
    entries = models.BigIntegerField()

    class Meta:
        ordering = ["fund", "month", "kind", "bucket"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "fund", "month", "kind", "bucket"], name="sponsorships_fundmonth_once"
            ),
        ]


class FundRollup(TenantModel):
    """How far a fund's postings are folded into FundMonth: up to `folded_sequence`. Made with the fund by a trigger."""

    fund = TenantForeignKey(Fund, related_name="rollups")
    folded_sequence = models.BigIntegerField(default=0)
    folded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["fund"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "fund"], name="sponsorships_fundrollup_once"),
        ]


class LedgerProof(TenantModel):
    """What came of proving the ledger from its postings, once a day. `faults` names each row that is wrong."""

    proven_at = models.DateTimeField(default=timezone.now)
    postings = models.BigIntegerField()
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-proven_at"]
        indexes = [models.Index(fields=["institute", "-proven_at"], name="sponsorships_ledgerproof_last")]


class AgreementsProof(TenantModel):
    """What came of comparing the agreements led here with the shares of their parties, once a day."""

    proven_at = models.DateTimeField(default=timezone.now)
    agreements = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-proven_at"]
        indexes = [models.Index(fields=["institute", "-proven_at"], name="sponsorships_agreements_proven")]
