"""Funds of which little is left."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateField, EmailField, Exists, Field, Func, OuterRef, QuerySet, UUIDField, Value
from django.urls import reverse

from crm.base.clock import academic_year
from crm.core.registry import reminders
from crm.identity.models import Membership
from crm.identity.roles import Role
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder
from sponsorships.models import Fund
from sponsorships.reads.funds import NEARLY_USED, fund_usage, funds_nearly_used
from sponsorships.reminders.each import Each


@reminders.register
class FundNearlyUsed(Reminder):
    """Once a year per fund, from the day on which 80 % of what it received is committed or paid."""

    name = "sponsorships.fund_nearly_used"
    label = f"Fund {NEARLY_USED}% used"
    audience = "Bursary administrators"
    why = "because you award from this fund and little is left"
    template = "sponsorships/email/fund_nearly_used"
    subject_type = "sponsorships.fund"
    lead_days = 400  # the day is that of planning and moves on; only a new academic year reminds again
    order = 50
    nobody = "nobody here is bursary administrator"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        what = {
            "due_on": Value(as_of, output_field=DateField()),
            "occurrence_key": Value(f"{NEARLY_USED}%/{academic_year(as_of)}", output_field=CharField()),
            "about": "name",
        }
        reached = self.rows(
            funds_nearly_used(),
            recipient_email=self._each("user__email", EmailField()),
            recipient_name=self._each("user__name", CharField()),
            recipient_type="identity.user",
            recipient_id=self._each("user_id", UUIDField()),
            **what,
        )
        unreached = funds_nearly_used().filter(~Exists(self._administrators()))
        return reached.union(self.rows_for_nobody(unreached, **what), all=True)

    def _administrators(self) -> QuerySet:
        return Membership.objects.in_force().filter(
            role=Role.BURSARY_ADMINISTRATOR, institute=OuterRef("institute"), user__is_active=True
        )

    def _each(self, column: str, field: Field) -> Func:
        """One column of those who award, a row each, in the order that the other columns have too."""
        return Each(ArraySubquery(self._administrators().order_by("user_id").values(column)), output_field=field)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        if not funds_nearly_used().filter(pk=occurrence.subject_id).exists():
            return f"less than {NEARLY_USED}% of the fund is used now, or it is not open"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        fund = Fund.objects.get(pk=occurrence.subject_id)
        return {"fund": fund, "usage": fund_usage(fund)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:fund", args=[occurrence.subject_id])
