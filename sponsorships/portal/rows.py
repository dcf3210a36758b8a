"""The report as rows of a file: one figure a row, in the page's own words."""

from collections.abc import Iterator
from typing import Any

from sponsorships.reads.funds import FundUsage
from sponsorships.reads.sponsor_report import SponsorReport

# Words of the page and of the file, in their order, with the figure each shows.
FIGURES: tuple[tuple[str, str], ...] = (
    ("Promised", "promised_pence"),
    ("Received", "received_pence"),
    ("Committed to learners, not yet paid", "committed_pence"),
    ("Paid to learners", "paid_pence"),
    ("Recovered", "recovered_pence"),
    ("Spent on challenges and equipment", "spent_pence"),
    ("Available", "available_pence"),
)


def pounds(pence: int) -> str:
    """Pounds with two decimals and nothing else, for a spreadsheet."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def report_rows(report: SponsorReport) -> Iterator[list[Any]]:
    """Totals, then each institute, then breakdowns. Small groups are merged as on the page."""
    yield from _usage_rows("All institutes", report.usage, report.in_kind_pence)
    for part in report.parts:
        yield from _usage_rows(part.institute, part.usage, part.in_kind_pence)
    yield ["Challenges funded", "All institutes", "", report.challenges]
    if report.learners:
        yield ["Learners helped, to the nearest 5", "All institutes", "", report.learners]
    for group in report.by_term:
        yield ["Bursaries paid by term", group.label, pounds(group.pence), ""]
    for group in report.by_purpose:
        yield ["What bursaries paid for", group.label, pounds(group.pence), ""]
    for gift in report.gifts:
        yield ["Counted in kind", f"{gift.title}, {gift.institute}", pounds(gift.pence), ""]


def _usage_rows(where: str, usage: FundUsage, in_kind_pence: int) -> Iterator[list[Any]]:
    for words, name in FIGURES:
        yield [words, where, pounds(getattr(usage, name)), ""]
    yield ["Counted in kind", where, pounds(in_kind_pence), ""]
