"""What of challenges can be searched for."""

import uuid

from django.urls import reverse

from crm.core.registry import search_sources
from crm.identity.roles import Permission


@search_sources.register
class ChallengeSearch:
    name, label, icon = "challenge", "Challenge", "academic-cap"
    permission = Permission.SEE_CHALLENGES

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("challenges:challenge", args=[object_id])


@search_sources.register
class SchoolSearch:
    name, label, icon = "school", "School", "building-library"
    permission = Permission.SEE_CHALLENGES

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("challenges:school", args=[object_id])
