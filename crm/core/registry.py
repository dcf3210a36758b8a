"""What shared pages and engines show without importing the apps it comes from.

An app registers a class in its well-known file; the page or the engine asks the registry.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured


class Registry:
    """Classes of one kind, kept by name. `required` attributes are checked when a class is registered."""

    def __init__(self, kind: str, *, required: tuple[str, ...]) -> None:
        self.kind = kind
        self.required = required
        self._classes: dict[str, type] = {}

    def register(self, cls: type) -> type:
        """Class decorator. Raises ImproperlyConfigured on a missing attribute or a name taken."""
        missing = [name for name in self.required if getattr(cls, name, None) is None]
        if missing:
            raise ImproperlyConfigured(f"{self.kind} {cls.__name__} lacks {', '.join(missing)}")
        name = getattr(cls, "name", None) or f"{cls.__module__}.{cls.__qualname__}"
        if self._classes.get(name, cls) is not cls:
            raise ImproperlyConfigured(f"There is already a {self.kind} called {name}")
        self._classes[name] = cls
        return cls

    def __iter__(self) -> Iterator[type]:
        return iter(sorted(self._classes.values(), key=lambda c: (getattr(c, "order", 100), c.__name__)))

    def __getitem__(self, name: str) -> Any:
        return self._classes[name]

    def get(self, name: str) -> Any:
        """The class of that name, or None."""
        return self._classes.get(name)


# A piece of a shared page. slot: "home", "employer", "portal" ...; permission; template; context(request, subject).
# With rows(request, subject), short querysets by name, those of all panels are read in one statement and their rows
# handed to context by these names.
panels = Registry("panel", required=("slot", "permission", "template", "context"))
# Something else to log from a record (slot: "employer"), registered beside the view that its form is sent to;
# template: the form; context(request, subject): its values.
composers = Registry("composer", required=("slot", "name", "label", "permission", "template", "context"))
# See crm.core.search for the base class.
search_sources = Registry("search source", required=("name", "label", "icon", "permission", "url_name"))
# See crm.mail.reminders for the base class.
reminders = Registry("reminder", required=("name", "label", "audience", "why", "template", "subject_type"))
# See crm.core.reports for the base class.
reports = Registry("report", required=("name", "title", "description", "permission", "columns", "rows"))
# See crm.core.figures for the base class.
network_figures = Registry(
    "network figure", required=("name", "label", "group", "unit", "definition", "version", "value")
)
# See crm.core.relationships for the base class.
relationship_sources = Registry(
    "relationship source", required=("name", "about_type", "noun", "permission", "facts", "rows", "url")
)
# An entry of the sidebar: label, icon, url_name, permission, order.
navigation = Registry("navigation entry", required=("label", "icon", "url_name", "permission"))
# A part of the system that can be well or not. See crm.core.health.checks for the base class.
health_checks = Registry("health check", required=("name", "label", "judge"))
# See crm.core.api.resources for the base class.
api_resources = Registry("API resource", required=("path", "label", "permission", "answer"))
# What an app keeps of people. See crm.core.personal_data for the base class.
personal_data = Registry("kind of personal data", required=("name", "label", "heads", "fate"))
# Whom mail goes to, by the type that an occurrence names: ("name", "look_up"). See crm.mail.standing.
recipients = Registry("kind of recipient", required=("name", "look_up"))
# What can be imported from a file. See crm.imports.kinds for the base class.
import_kinds = Registry("import kind", required=("name", "label", "one", "permission", "fields"))
# What institutes may share of a record. See crm.network.sharing for the base class.
shareables = Registry("shareable record", required=("name", "label", "fields", "url_name"))
# Records that may be merged into another, by the name under which addresses and forms say their id ("employer");
# now_at(ids): by id, the one it is now. See crm.core.redirects.
redirects = Registry("kind of redirect", required=("name", "now_at"))
