"""What of sponsorships can be searched for."""

from crm.core.registry import search_sources
from crm.core.search import SearchSource
from crm.identity.roles import Permission


@search_sources.register
class ContributionSearch(SearchSource):
    name, label, icon = "sponsorships.contribution", "Contribution", "gift"
    permission, url_name = Permission.SEE_CONTRIBUTIONS, "sponsorships:contribution"


@search_sources.register
class AgreementSearch(SearchSource):
    name, label, icon = "sponsorships.agreement", "Agreement", "document-check"
    permission, url_name = Permission.SEE_SPONSORSHIPS, "sponsorships:agreement"


@search_sources.register
class ReceiptSearch(SearchSource):
    name, label, icon = "sponsorships.receipt", "Receipt", "banknotes"
    permission, url_name = Permission.SEE_SPONSORSHIPS, "sponsorships:receipt"


@search_sources.register
class FundSearch(SearchSource):
    name, label, icon = "sponsorships.fund", "Fund", "banknotes"
    permission, url_name = Permission.SEE_FUNDS, "sponsorships:fund"
