"""The journal's own figures, for holding a report against them."""

from collections import Counter
from typing import Any

from crm.base.context import institute_context
from sponsorships.models import Fund, FundMonth, FundRollup, Posting
from sponsorships.rollups import fold_fund_usage
from tests.workers.processes import eventually


def wait_for_the_roll_up(stage: Any) -> None:
    """The worker, and nobody else, has folded every posting by now or soon; and a rebuild would find the same."""
    with institute_context(stage.yhiot.id):
        funds = list(Fund.objects.all())

    def folded() -> bool:
        with institute_context(stage.yhiot.id):
            marks = dict(FundRollup.objects.values_list("fund_id", "folded_sequence"))
            return all(marks[fund.pk] == fund.postings.count() for fund in funds)

    eventually(folded, message="the worker has not rolled the usage up")
    with institute_context(stage.yhiot.id):
        assert _sums(FundMonth.objects.all()) == _sums(Posting.objects.all())
        assert not [fund for fund in funds if fold_fund_usage(fund_id=fund.pk)]


def _sums(rows: object) -> Counter:
    sums: Counter = Counter()
    for fund, kind, bucket, pence in rows.values_list("fund_id", "kind", "bucket", "pence"):
        sums[fund, kind, bucket] += pence
    return sums


def journal_figures(stage: Any) -> dict[str, int]:
    """Sums of the postings themselves: by bucket what is there, by kind what happened."""
    with institute_context(stage.yhiot.id):
        rows = list(Posting.objects.values_list("kind", "bucket", "pence"))
    into = Counter({key: 0 for key in {(kind, bucket) for kind, bucket, _ in rows}})
    for kind, bucket, pence in rows:
        into[kind, bucket] += pence
    there = {name: sum(p for (_, bucket), p in into.items() if bucket == name) for name in {b for _, b, _ in rows}}
    return {
        "Promised": into["promised", "promised"],
        "Written off, so promised no longer": into["promise_written_off", "external"],
        "Received": into["received", "available"],
        "Committed to learners, not yet paid": there["committed"],
        "Paid to learners": into["paid", "paid"],
        "Recovered": into["recovered", "available"],
        "Spent on challenges and equipment": there["spent"],
        "Available": there["available"],
    }


def promised_at(institute: object) -> int:
    with institute_context(institute.id):
        return sum(Posting.objects.filter(kind="promised", bucket="promised").values_list("pence", flat=True))
