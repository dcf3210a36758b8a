"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from crm.core.institute_transaction import homes, may_template
from crm.core.registry import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """The institute, the person's rights and the sidebar. Asks the database nothing, so error pages may use it."""
    institute = getattr(request, "institute", None)
    allowed = getattr(request, "may", lambda permission: False)
    return {
        "institute": institute,
        "institutes": homes(request) if getattr(request, "memberships", None) else [],
        "may": may_template(request),
        "navigation": [entry for entry in navigation if institute and allowed(entry.permission)],
        "demo": settings.DEMO,
        "theme": request.COOKIES.get("theme", ""),
    }
