"""What of sponsorships can be searched for."""

import uuid

from django.urls import reverse

from crm.core.registry import search_sources
from crm.identity.roles import Permission


@search_sources.register
class ContributionSearch:
    name, label, icon = "sponsorships.contribution", "Contribution", "gift"
    permission = Permission.SEE_CONTRIBUTIONS

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("sponsorships:contribution", args=[object_id])


@search_sources.register
class AgreementSearch:
    name, label, icon = "sponsorships.agreement", "Agreement", "document-check"
    permission = Permission.SEE_SPONSORSHIPS

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("sponsorships:agreement", args=[object_id])


@search_sources.register
class ReceiptSearch:
    name, label, icon = "sponsorships.receipt", "Receipt", "banknotes"
    permission = Permission.SEE_SPONSORSHIPS

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("sponsorships:receipt", args=[object_id])


@search_sources.register
class FundSearch:
    name, label, icon = "sponsorships.fund", "Fund", "banknotes"
    permission = Permission.SEE_FUNDS

    def url(self, object_id: uuid.UUID) -> str:
        return reverse("sponsorships:fund", args=[object_id])
