"""Who changed what. Written by the database alone (see migrations/0003_functions.py); the application only reads."""

from django.db import models

from crm.base.tenancy import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class AuditEntryQuerySet(TenantQuerySet):
    def of_record(self, table: str, row_id: object) -> "AuditEntryQuerySet":
        """Everything that happened to one row."""
        return self.filter(table_name=table, row_id=row_id)


class AuditEntry(TenantModel):
    """One row added, changed or removed. `facts` holds the columns that are not personal.

    Added and removed rows keep {column: value}, changed ones {column: [old, new]} of what changed. `digest` is
    sha256(salt + personal values as text): it stays when the values are erased, so the chain of seals stays too.
    """

    class Action(models.TextChoices):
        INSERT = "insert", "Added"
        UPDATE = "update", "Changed"
        DELETE = "delete", "Removed"
        ERASE = "erase", "Personal values erased"

    # No constraint: the row it tells of has one, and a check per entry would double the cost of writing it.
    institute = models.ForeignKey(
        "identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # None: the system
    request_id = models.CharField(max_length=64, blank=True)
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    action = models.CharField(max_length=6, choices=Action.choices)
    facts = models.JSONField()
    digest = models.BinaryField()  # empty when the table has no personal columns or none of them changed

    objects = TenantManager.from_queryset(AuditEntryQuerySet)()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["institute", "at"], name="audit_entry_at"),
            models.Index(fields=["institute", "table_name", "row_id"], name="audit_entry_record"),
            models.Index(fields=["institute", "actor_id", "at"], name="audit_entry_actor"),
        ]


class AuditPersonal(TenantModel):
    """The personal values of the entry with the same id, in the same shape as its facts. Erasable."""

    institute = models.ForeignKey(
        "identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    salt = models.UUIDField()
    values = models.JSONField()


class AuditSeal(TenantModel):
    """A link of an institute's chain: its hash covers the entries it seals and the hash before it."""

    number = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    newest_at = models.DateTimeField()  # the latest `at` it covers: where the next one goes on
    entries = models.PositiveIntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["institute", "number"], name="audit_seal_number")]


class AuditSealed(TenantModel):
    """Which seal covers the entry with the same id, and what the entry's hash was then."""

    institute = models.ForeignKey(
        "identity.Institute", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    seal = TenantForeignKey(AuditSeal, related_name="sealed")
    leaf = models.BinaryField()
