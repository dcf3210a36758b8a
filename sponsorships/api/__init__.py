"""What other programs may do with sponsorships: the pages' own actions and lists, as JSON."""

from sponsorships.api import award_payments, awards, funds, journal, providers

__all__ = ["award_payments", "awards", "funds", "journal", "providers"]
