"""Which figures a sponsor reads, and the words for them on the page and in every file."""

from typing import NamedTuple

from sponsorships.reads.sponsor_report import SponsorReport


class Figure(NamedTuple):
    """`head` stands above a column, `words` where the figure has a line to itself."""

    head: str
    words: str
    name: str  # of the figure in FundUsage


FIGURES = (
    Figure("Promised", "Promised", "standing_promise_pence"),
    Figure("Written off", "Written off, so promised no longer", "written_off_pence"),
    Figure("Received", "Received", "received_pence"),
    Figure("Committed", "Committed to learners, not yet paid", "committed_pence"),
    Figure("Paid", "Paid to learners", "paid_pence"),
    Figure("Recovered", "Recovered", "recovered_pence"),
    Figure("Spent", "Spent on challenges and equipment", "spent_pence"),
    Figure("Available", "Available", "available_pence"),
)


def headline(report: SponsorReport) -> str:
    """One sentence that says what came of it."""
    if report.learners:
        return f"Your fund has helped about {report.learners} learners stay on their course"
    return "Your fund is helping learners stay on their course"
