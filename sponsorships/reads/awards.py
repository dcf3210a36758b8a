"""Awards as pages need them."""

from django.db.models import Q, QuerySet, Sum

from crm.base.clock import academic_year_starts
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


def same_need_met(award: Award) -> QuerySet[Award]:
    """Other awards of this academic year that meet the same need of the same learner, withdrawn ones left out."""
    since = academic_year_starts(award.approved_on)
    others = Award.objects.filter(learner_id=award.learner_id, purpose=award.purpose, approved_on__gte=since)
    return others.exclude(pk=award.pk).exclude(state=Award.State.WITHDRAWN).select_related("fund")
