"""The role that owns the tables, where this process has been given its address."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OWNER_ALIAS = "owner"


def owner_database() -> dict[str, Any]:
    """Its entry of DATABASES. Raises ImproperlyConfigured: web, workers and beat run without it."""
    try:
        return settings.DATABASES[OWNER_ALIAS]
    except KeyError:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set. This command needs the role that owns the database; set it to that role's "
            "address for this command alone."
        ) from None
