"""Reminders of sponsorships."""

from sponsorships.reminders.approvals import ContributionAwaitingApproval
from sponsorships.reminders.funds import FundNearlyUsed
from sponsorships.reminders.instalments import InstalmentDue
from sponsorships.reminders.loans import LoanDueBack, LoanDueBackSoon

__all__ = ["ContributionAwaitingApproval", "FundNearlyUsed", "InstalmentDue", "LoanDueBack", "LoanDueBackSoon"]
