"""Files kept with an employer's record."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel
from crm.core.files import KINDS
from employers.models.employers import Employer
from employers.querysets import RecordFileQuerySet


class RecordFile(TenantModel):
    """A file as it came: its name, what it is by its content, how large, and its digest.

    A removed one stays as a line without its content: who removed it, when, why, and the digest of what it was.
    """

    employer = TenantForeignKey(Employer, related_name="files")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=10)  # a key of crm.core.files.KINDS
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey("identity.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "identity.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True)  # why it was removed

    objects = TenantManager.from_queryset(RecordFileQuerySet)()

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institute", "employer", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="employers_file_once",
            ),
            models.CheckConstraint(
                name="employers_file_removed",
                condition=Q(removed_at__isnull=True, reason="") | (Q(removed_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["institute", "-added_at"], name="employers_file_recent")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """What it is, for people."""
        return KINDS[self.kind].label if self.kind in KINDS else "File"


class FileContent(TenantModel):
    """What is in a file, apart from its line, so that no list reads it. In the database it is under row security,
    in the same transaction as its line, and in every backup."""

    file = TenantForeignKey(RecordFile, on_delete=models.CASCADE, related_name="contents")
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institute", "file"], name="employers_content_once")]
