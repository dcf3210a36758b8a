"""Awards as pages need them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet, Sum

from crm.base.clock import academic_year_starts, today
from sponsorships.models import Award, AwardInstalment, Fund

_UNPAID = Q(instalments__state__in=AwardInstalment.UNPAID)
_PAID = Q(instalments__state=AwardInstalment.State.PAID)


def awards_with_sums() -> QuerySet[Award]:
    """Awards, newest first, each with `paid_pence` and `unpaid_pence`."""
    with_sums = Award.objects.annotate(
        paid_pence=Sum("instalments__pence", filter=_PAID, default=0),
        unpaid_pence=Sum("instalments__pence", filter=_UNPAID, default=0),
    )
    # Sums group the rows, and grouped rows have no order but the one asked for.
    return with_sums.select_related("fund", "learner__provider", "approved_by").order_by("-approved_on", "-id")


def awards_of(fund: Fund) -> QuerySet[Award]:
    """The awards of one fund."""
    return awards_with_sums().filter(fund=fund)


def instalments_to_pay() -> QuerySet[AwardInstalment]:
    """Unpaid instalments that are due, oldest first."""
    return (
        AwardInstalment.objects.due()
        .select_related("award__fund", "award__learner", "award__approved_by")
        .order_by("due_on", "id")
    )


def instalments_coming() -> QuerySet[AwardInstalment]:
    """Unpaid instalments whose date is still to come, soonest first."""
    return (
        AwardInstalment.objects.unpaid()
        .filter(due_on__gt=today())
        .select_related("award__fund", "award__learner", "award__approved_by")
        .order_by("due_on", "id")
    )


@dataclass(frozen=True)
class Payments:
    """So many payments of so many pence, the first of them due on `first_on` (None without any)."""

    count: int
    pence: int
    first_on: dt.date | None

    @property
    def in_words(self) -> str:
        if self.first_on is None:
            return "No payment"
        payments = "1 payment" if self.count == 1 else f"{self.count} payments"
        return f"{payments}, the first due {self.first_on.day} {self.first_on:%B}"


@dataclass(frozen=True)
class PaymentRun:
    """What is to be paid now, and what will be within a month."""

    due: Payments
    coming: Payments


def payment_run() -> PaymentRun:
    """The sums of `instalments_to_pay` and of the next month of `instalments_coming`. Two queries."""
    month = instalments_coming().filter(due_on__lte=today() + dt.timedelta(days=30))
    return PaymentRun(_added_up(instalments_to_pay()), _added_up(month))


def _added_up(instalments: QuerySet[AwardInstalment]) -> Payments:
    sums = instalments.aggregate(count=Count("pk"), pence=Sum("pence", default=0), first_on=Min("due_on"))
    return Payments(**sums)


def same_need_met(award: Award) -> QuerySet[Award]:
    """Other awards of that academic year that meet the same need of the same learner, withdrawn ones left out."""
    since = academic_year_starts(award.approved_on)
    year = (since, since.replace(year=since.year + 1) - dt.timedelta(days=1))
    others = Award.objects.filter(learner_id=award.learner_id, purpose=award.purpose, approved_on__range=year)
    return others.exclude(pk=award.pk).exclude(state=Award.State.WITHDRAWN).select_related("fund")
