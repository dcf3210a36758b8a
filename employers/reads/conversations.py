"""Conversations that a fact may refer to."""

from django.db.models import QuerySet

from employers.models import Employer, Engagement

OFFERED = 20


def latest_conversations(employer: Employer) -> QuerySet[Engagement]:
    """The latest with an employer, to choose from."""
    said = Engagement.objects.filter(employer=employer).order_by("-happened_at", "-id")
    return Engagement.objects.filter(pk__in=said.values("pk")[:OFFERED]).order_by("-happened_at", "-id")
