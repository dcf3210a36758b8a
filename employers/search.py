"""Where a hit of the search leads."""

import uuid

from django.urls import reverse

from crm.core.registry import search_sources
from crm.identity.roles import Permission


@search_sources.register
class EmployerSearch:
    name, label, icon = "employer", "Employer", "building-office-2"
    permission = Permission.SEE_EMPLOYERS

    def url(self, object_id: uuid.UUID) -> str:
        """The record page."""
        return reverse("employers:record", args=[object_id])
