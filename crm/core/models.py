"""The search index: one row per thing a person may look for."""

from django.db import models

from crm.base.tenancy import TenantModel


class SearchEntry(TenantModel):
    """Written by each app's actions through crm.core.search, erased with its object."""

    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    words = models.TextField()  # what is searched: plain, lower case
    match_key = models.CharField(max_length=300, blank=True)  # what duplicates are found by

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institute", "kind", "object_id"], name="core_searchentry_once"),
        ]
