from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

# Not "api": the addresses load it, and workers have none.
WELL_KNOWN = (
    "domain_events",
    "panels",
    "search",
    "reminders",
    "reports",
    "figures",
    "relationships",
    "navigation",
    "health",
    "personal_data",
    "shareables",
    "imports",
)


class CoreConfig(AppConfig):
    name = "crm.core"
    label = "core"

    def ready(self) -> None:
        """Find what the apps register in their well-known files."""
        autodiscover_modules(*WELL_KNOWN)
