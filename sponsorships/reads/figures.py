"""The names of a fund's figures and how each is counted. Pages, the portal and docs/ledger.md use these words."""

from dataclasses import dataclass

from sponsorships.reads.funds import FundUsage


@dataclass(frozen=True)
class Figure:
    """One figure of FundUsage. `is_balance`: what is there now, not what all entries sum to."""

    name: str
    label: str
    counted: str
    is_balance: bool = False


FIGURES = (
    Figure("promised_pence", "Promised", "What signed agreements promise this fund, with amendments."),
    Figure("received_pence", "Received", "Receipts matched to instalments, and gifts accepted."),
    Figure("gifts_pence", "Of which gifts", "Received without a promise. Part of “Received”."),
    Figure("written_off_pence", "Written off", "Promises that will not be kept."),
    Figure("transferred_pence", "Transferred", "In from other funds less out to them."),
    Figure("awarded_pence", "Awarded", "Bursaries approved, whether paid by now or not."),
    Figure("released_pence", "Released", "Unpaid parts of withdrawn awards, back in the fund."),
    Figure("paid_pence", "Paid", "Bursary instalments paid, less payments that failed."),
    Figure("recovered_pence", "Recovered", "Paid back by learners, back in the fund."),
    Figure("refunded_pence", "Refunded", "Given back to sponsors by us."),
    Figure("recalled_pence", "Recalled", "Taken back by sponsors, whether it was still there or not."),
    Figure("still_promised_pence", "Still promised", "Promised, not received and not written off.", is_balance=True),
    Figure("available_pence", "Available", "What can be awarded or spent now.", is_balance=True),
    Figure("committed_pence", "Committed", "The unpaid part of awards, from approval on.", is_balance=True),
    Figure("net_paid_pence", "Paid less recovered", "What learners have had.", is_balance=True),
    Figure("spent_pence", "Spent", "Costs of challenges and equipment.", is_balance=True),
    Figure("shortfall_pence", "Shortfall", "Recalled when it was no longer there; blocks awards.", is_balance=True),
)


def figures_of(usage: FundUsage, *, balances: bool) -> list[tuple[Figure, int]]:
    """The balances, or the gross figures, that are not zero, in a fixed order. Available, always."""
    wanted = [(figure, getattr(usage, figure.name)) for figure in FIGURES if figure.is_balance == balances]
    return [(figure, pence) for figure, pence in wanted if pence or figure.name == "available_pence"]
