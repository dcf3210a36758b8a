"""Ways of looking at the list that somebody keeps."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from crm.base.tenancy import TenantManager, TenantModel
from employers.querysets import SavedViewQuerySet


class SavedView(TenantModel):
    """Filters and order as a query string of the list, with the columns to show: somebody's own, or for all here."""

    name = models.CharField(max_length=60)
    owner = models.ForeignKey("identity.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    is_shared = models.BooleanField(default=False)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list, blank=True)  # names of columns; empty for the usual ones
    created_at = models.DateTimeField(default=timezone.now)

    objects = TenantManager.from_queryset(SavedViewQuerySet)()

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                F("institute"), F("owner"), Lower("name"), condition=Q(is_shared=False), name="employers_view_once"
            ),
            models.UniqueConstraint(
                F("institute"), Lower("name"), condition=Q(is_shared=True), name="employers_shared_view_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
