"""What other programs may do with sponsorships: the pages' own actions and lists, as JSON."""

from sponsorships.api import (
    agreements,
    award_payments,
    awards,
    contributions,
    funds,
    journal,
    providers,
    receipts,
    shares,
    valuations,
)

__all__ = [
    "agreements",
    "award_payments",
    "awards",
    "contributions",
    "funds",
    "journal",
    "providers",
    "receipts",
    "shares",
    "valuations",
]
