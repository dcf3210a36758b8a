"""What was done because a person has rights over what is held of them."""

from django.db import models
from django.utils import timezone

from crm.base.tenancy import TenantForeignKey, TenantModel
from employers.models.contacts import Contact


class RightsEntry(TenantModel):
    """Somebody's data were handed out or erased. Append-only, and without a word about who they are.

    Source: UK GDPR articles 15 (access), 17 (erasure) and 5(2) (the institute can show that it did).
    """

    class Kind(models.TextChoices):
        EXPORT = "export", "Handed out"
        ERASURE = "erasure", "Erased"

    class Reason(models.TextChoices):
        ASKED = "asked", "The person asked for it"
        NO_LONGER_NEEDED = "no_longer_needed", "The data are no longer needed"
        WITHDRAWN = "withdrawn", "The person withdrew their consent"
        UNLAWFUL = "unlawful", "The data should not have been kept"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    contact = TenantForeignKey(Contact, related_name="rights_entries")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    by = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    counts = models.JSONField(default=dict)  # how many rows of which kind: numbers only

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["institute", "-at"], name="employers_rights_latest")]
