"""Pieces of sponsorships on shared pages: My day by the question it answers, and an employer's record."""

from sponsorships.panels import decisions, employer, funds, ledger, money_in, payments, promised

__all__ = ["decisions", "employer", "funds", "ledger", "money_in", "payments", "promised"]
