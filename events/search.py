"""What of challenges can be searched for."""

from crm.core.registry import search_sources
from crm.core.search import SearchSource
from crm.identity.roles import Permission


@search_sources.register
class ChallengeSearch(SearchSource):
    name, label, icon = "challenge", "Challenge", "academic-cap"
    permission, url_name = Permission.SEE_CHALLENGES, "challenges:challenge"


@search_sources.register
class SchoolSearch(SearchSource):
    name, label, icon = "school", "School", "building-library"
    permission, url_name = Permission.SEE_CHALLENGES, "challenges:school"
