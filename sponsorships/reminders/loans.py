"""Lent equipment that is due back."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse

from crm.base.context import acting_institute
from crm.core.registry import reminders
from crm.identity.models import Membership
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from sponsorships.actions.loans import WITH_US
from sponsorships.models import ContributionLine


class _LoanDueBack(Reminder):
    """Lent equipment that is with us, to who looks after its employer, else to who recorded it."""

    audience = "who looks after the employer, else who recorded the loan"
    why = "because equipment that an employer lent is due back"
    template = "sponsorships/email/loan_due_back"
    subject_type = "sponsorships.contributionline"
    nobody = "neither who looks after the employer nor who recorded the loan works here any more"
    key: ClassVar[str]

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        """Of those who have left the institute nobody is written to, and somebody has to take the employer over."""
        contribution = "contribution__"
        with_us = {f"{contribution}state__in": WITH_US, "return_on__isnull": False, "returned_on__isnull": True}
        lent = ContributionLine.objects.filter(return_on__lte=until + dt.timedelta(days=self.lead_days), **with_us)
        here = Membership.objects.in_force().filter(institute_id=acting_institute(), user__is_active=True)
        owner, recorder = f"{contribution}employer__owner", f"{contribution}recorded_by"

        def person(field: str, **otherwise: Any) -> Case:
            works_here = ((who, Q(**{f"{who}__in": here.values("user")})) for who in (owner, recorder))
            in_turn = [When(works, then=f"{who}__{field}") for who, works in works_here]
            return Case(*in_turn, **otherwise)

        return self.rows(
            self.in_time(lent, as_of),
            recipient_email=person("email", default=Value("")),
            recipient_name=person("name", default=Value("")),
            recipient_type="identity.user",
            recipient_id=person("id"),
            due_on=days_after("return_on", -self.lead_days),
            occurrence_key=Value(self.key),
            about="item",
        )

    def in_time(self, lent: QuerySet, as_of: dt.date) -> QuerySet:
        """Those for which this reminder still makes sense."""
        return lent

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        line = self._line(occurrence)
        if line is None or not line.is_out or line.contribution.state not in WITH_US:
            return "it went back"
        if line.return_on - dt.timedelta(days=self.lead_days) > occurrence.due_on:
            return "it may stay longer"
        if occurrence.recipient_id not in (line.contribution.employer.owner_id, line.contribution.recorded_by_id):
            return "somebody else looks after the employer now"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        return {"line": self._line(occurrence)}

    def url(self, occurrence: Occurrence) -> str:
        return reverse("sponsorships:contribution", args=[self._line(occurrence).contribution_id])

    def _line(self, occurrence: Occurrence) -> ContributionLine | None:
        return (
            ContributionLine.objects.select_related("contribution__employer").filter(pk=occurrence.subject_id).first()
        )


@reminders.register
class LoanDueBackSoon(_LoanDueBack):
    name, label, key, lead_days = "sponsorships.loan_due_back_soon", "Lent equipment due back in 7 days", "T-7", 7
    expires_after_days = 7

    def in_time(self, lent: QuerySet, as_of: dt.date) -> QuerySet:
        return lent.filter(return_on__gt=as_of)


@reminders.register
class LoanDueBack(_LoanDueBack):
    name, label, key, lead_days = "sponsorships.loan_due_back", "Lent equipment due back", "T-0", 0
    expires_after_days = 60
