"""Two employers that are one: those that may be, those that were made one, and what it takes to undo that."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel
from employers.models.employers import Employer
from employers.querysets import DuplicatePairQuerySet, EmployerMergeQuerySet


class DuplicatePair(TenantModel):
    """Two employers that may be the same, found by a worker; a person decides. A "no" is remembered for good.

    `first` is the one with the smaller id, so that a pair exists once.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be looked at"
        DIFFERENT = "different", "Not the same"
        MERGED = "merged", "Merged"

    first = TenantForeignKey(Employer, related_name="+")
    second = TenantForeignKey(Employer, related_name="+")
    reasons = ArrayField(models.CharField(max_length=60))
    score = models.PositiveSmallIntegerField()  # of 100: how alike, to begin with the likeliest
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = TenantManager.from_queryset(DuplicatePairQuerySet)()

    class Meta:
        ordering = ["-score", "found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "first", "second"], name="employers_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="employers_pair_in_order"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="employers_pair_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institute", "-score", "found_at"], name="employers_pair_open", condition=Q(state="open")
            ),
        ]


class EmployerMerge(TenantModel):
    """Who made two employers one, when, and which rows moved. Never changed; an undo is a row of its own.

    `taken` names the facts that came from the merged one, `moved` holds the ids of the rows that followed by
    "app.model.column", `attached` a fingerprint of everything that hung on the kept one afterwards.
    """

    kept = TenantForeignKey(Employer, related_name="merges")
    merged = TenantForeignKey(Employer, related_name="merged_by")
    kept_name = models.CharField(max_length=200)
    merged_name = models.CharField(max_length=200)
    taken = ArrayField(models.CharField(max_length=60))
    moved = models.JSONField()
    attached = models.JSONField()
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(EmployerMergeQuerySet)()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["institute", "-at"], name="employers_merge_latest")]


class MergeUndo(TenantModel):
    """A merge that was taken back. Never changed."""

    merge = TenantForeignKey(EmployerMerge, related_name="undone")
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "merge"], name="employers_undone_once")]


class FactsBeforeMerge(TenantModel):
    """What the kept employer said before it took facts of the other. Apart from the merge, because it may be erased."""

    merge = TenantForeignKey(EmployerMerge, related_name="before")
    facts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "merge"], name="employers_before_merge_once")]
