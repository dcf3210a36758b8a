"""The levels of partnership as the institute calls them."""

from django.db.models import Count, QuerySet

from employers.models import Tier


def tiers_in_order() -> QuerySet[Tier]:
    """Each level with `held_by`, how many employers have it, in the institute's order."""
    return Tier.objects.annotate(held_by=Count("employers")).order_by("position", "label", "id")
