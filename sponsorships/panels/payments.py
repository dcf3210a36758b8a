"""My day of who pays learners, and of who must mend a payment that failed."""

from typing import Any

from django.http import HttpRequest

from crm.base.money import format_pounds
from crm.core.registry import panels
from crm.identity.roles import Permission
from sponsorships.models import AwardInstalment
from sponsorships.reads.awards import instalments_to_pay, payment_run

SHOWN = 5


@panels.register
class PaymentRun:
    """What is to be paid to learners now, and what the coming month will ask for."""

    slot, order = "home", 15
    permission = Permission.PAY_BURSARIES
    template = "sponsorships/panels/payment_run.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        """None when no award has a payment left."""
        run = payment_run()
        if not run.due.count and not run.coming.count:
            return None
        headline = ""
        if run.due.count:
            payments = "1 bursary payment is" if run.due.count == 1 else f"{run.due.count} bursary payments are"
            headline = f"{payments} due, {format_pounds(run.due.pence)} in all"
        rows = list(instalments_to_pay()[: SHOWN + 1]) if run.due.count else []
        return {"run": run, "instalments": rows[:SHOWN], "has_more": len(rows) > SHOWN, "headline": headline}


@panels.register
class PaymentsFailed:
    """For who awards: payments the bank sent back. Somebody has to ask the learner for better details."""

    slot, order = "home", 10
    permission = Permission.AWARD_BURSARIES
    template = "sponsorships/panels/payments_failed.html"

    def context(self, request: HttpRequest, subject: None) -> dict[str, Any] | None:
        """None when none failed."""
        failed = list(instalments_to_pay().filter(state=AwardInstalment.State.FAILED))
        if not failed:
            return None
        payments = "1 payment to a learner" if len(failed) == 1 else f"{len(failed)} payments to learners"
        return {"instalments": failed[:SHOWN], "has_more": len(failed) > SHOWN, "headline": f"{payments} failed"}
