"""Entries of the sidebar."""

from crm.core.registry import navigation
from crm.identity.roles import Permission


@navigation.register
class Contributions:
    label = "Contributions"
    icon = "gift"
    url_name = "sponsorships:contributions"
    permission = Permission.SEE_CONTRIBUTIONS
    order = 20
    key = "i"
    words = "in kind equipment time valuations"


@navigation.register
class Sponsorships:
    label = "Sponsorships"
    icon = "document-check"
    url_name = "sponsorships:agreements"
    permission = Permission.SEE_SPONSORSHIPS
    order = 30
    key = "s"
    words = "agreements instalments receipts promises"


@navigation.register
class Funds:
    label = "Funds"
    icon = "banknotes"
    url_name = "sponsorships:funds"
    permission = Permission.SEE_FUNDS
    order = 35
    key = "f"
    covers = ("/sponsorships/awards/", "/sponsorships/payments/", "/sponsorships/journal/")
    words = "bursaries awards journal money"


@navigation.register
class RecordContribution:
    label = "Record a contribution in kind"
    icon = "gift"
    url_name = "sponsorships:choose_kind"
    permission = Permission.EDIT_CONTRIBUTIONS
    place = "palette"
    order = 21


@navigation.register
class DraftAgreement:
    label = "Draft an agreement"
    icon = "document-plus"
    url_name = "sponsorships:draft"
    permission = Permission.EDIT_AGREEMENTS
    place = "palette"
    order = 31


@navigation.register
class RecordReceipt:
    label = "Record a receipt"
    icon = "banknotes"
    url_name = "sponsorships:record_receipt"
    permission = Permission.RECORD_RECEIPTS
    place = "palette"
    order = 32


@navigation.register
class BursaryPayments:
    label = "Bursary payments due"
    icon = "banknotes"
    url_name = "sponsorships:payments"
    permission = Permission.SEE_FUNDS
    place = "palette"
    order = 36
