"""Where a hit of the search leads."""

from crm.core.registry import search_sources
from crm.core.search import SearchSource
from crm.identity.roles import Permission


@search_sources.register
class EmployerSearch(SearchSource):
    name, label, icon = "employer", "Employer", "building-office-2"
    permission, url_name = Permission.SEE_EMPLOYERS, "employers:record"


@search_sources.register
class ContactSearch(SearchSource):
    """People at employers and at providers; the entry of one who left says so."""

    name, label, icon = "contact", "Contact", "user"
    permission, url_name = Permission.SEE_EMPLOYERS, "employers:person"
