"""The report as rows of a CSV file: one figure a row, in the page's own words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sponsorships.portal.figures import FIGURES
from sponsorships.reads.funds import FundUsage
from sponsorships.reads.sponsor_report import SponsorReport

HEADS = ("Figure", "Where", "Amount in pounds", "Number")


def report_rows(report: SponsorReport) -> Iterator[list[Any]]:
    """Totals, then each institute, then breakdowns. Small groups are merged as on the page."""
    yield from _usage_rows("All institutes", report.usage, report.in_kind_pence)
    for part in report.parts:
        yield from _usage_rows(part.institute, part.usage, part.in_kind_pence)
    yield ["Challenges funded", "All institutes", "", report.challenges]
    if report.learners:
        yield ["Learners helped, to the nearest 5", "All institutes", "", report.learners]
    for group in report.by_term:
        yield ["Bursaries paid by term", group.label, _pounds(group.pence), ""]
    for group in report.by_purpose:
        yield ["What bursaries paid for", group.label, _pounds(group.pence), ""]
    for gift in report.gifts:
        yield ["Counted in kind", f"{gift.title}, {gift.institute}", _pounds(gift.pence), ""]


def _usage_rows(where: str, usage: FundUsage, in_kind_pence: int) -> Iterator[list[Any]]:
    for figure in FIGURES:
        yield [figure.words, where, _pounds(getattr(usage, figure.name)), ""]
    yield ["Counted in kind", where, _pounds(in_kind_pence), ""]


def _pounds(pence: int) -> Decimal:
    """Pounds with two decimals and nothing else, for a spreadsheet."""
    return Decimal(pence).scaleb(-2)
