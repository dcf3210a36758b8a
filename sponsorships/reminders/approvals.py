"""Valuations that wait for a second person."""

import datetime as dt
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, EmailField, Exists, F, Field, Func, OuterRef, QuerySet, UUIDField, Value
from django.db.models.functions import Concat
from django.urls import reverse

from crm.core.registry import reminders
from crm.identity.models import Membership
from crm.identity.roles import ROLES, Permission
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from sponsorships.models import Valuation
from sponsorships.querysets.contributions import OPEN_STATES
from sponsorships.reminders.each import Each

# £18,500 as the lists say it; the pence of a valuation are on its page.
_POUNDS = Func(F("pence") / 100, Value("FM999,999,990"), function="to_char", output_field=CharField())


@reminders.register
class ContributionAwaitingApproval(Reminder):
    """The day after a valuation was submitted (or the next working day), to everybody who may approve it."""

    name = "sponsorships.contribution_awaiting_approval"
    label = "Contribution awaiting approval"
    audience = "each person who approves valuations, other than the valuer"
    why = "because a valuation of a contribution in kind waits for your decision"
    template = "sponsorships/email/awaiting_approval"
    subject_type = "sponsorships.valuation"
    expires_after_days = 30
    nobody = "nobody here may approve it, other than who valued it"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        waiting = Valuation.objects.waiting().filter(valued_on__lt=until)
        what = {
            "due_on": days_after("valued_on", 1),
            "occurrence_key": Value("submitted"),
            # Two of one gift are told apart.
            "about": Concat("line__contribution__title", Value(": £"), _POUNDS),
        }
        reached = self.rows(
            waiting,
            recipient_email=self._each("user__email", EmailField()),
            recipient_name=self._each("user__name", CharField()),
            recipient_type="identity.user",
            recipient_id=self._each("user_id", UUIDField()),
            **what,
        )
        unreached = waiting.filter(~Exists(self._approvers()))
        return reached.union(self.rows_for_nobody(unreached, **what), all=True)

    def _approvers(self) -> QuerySet:
        roles = [role for role, card in ROLES.items() if Permission.APPROVE_VALUATIONS in card.permissions]
        people = Membership.objects.in_force().filter(
            role__in=roles, institute=OuterRef("institute"), user__is_active=True
        )
        return people.exclude(user=OuterRef("valued_by"))

    def _each(self, column: str, field: Field) -> Func:
        """One column of those who may approve, a row each, in the order that the other columns have too."""
        people = self._approvers().order_by("user_id").distinct("user_id")
        return Each(ArraySubquery(people.values(column)), output_field=field)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        valuation = self._valuation(occurrence)
        if valuation is None or valuation.state != Valuation.State.SUBMITTED:
            return "somebody has decided on it"
        if valuation.line.contribution.state not in OPEN_STATES:
            return "the contribution was declined or withdrawn"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        return {"valuation": self._valuation(occurrence)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:contribution", args=[self._valuation(occurrence).line.contribution_id])

    def reply_to(self, occurrence: Occurrence) -> str:
        return self._valuation(occurrence).valued_by.email

    def _valuation(self, occurrence: Occurrence) -> Valuation | None:
        rows = Valuation.objects.select_related("line__contribution__employer", "valued_by")
        return rows.filter(pk=occurrence.subject_id).first()
