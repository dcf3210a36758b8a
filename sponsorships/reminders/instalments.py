"""Instalments that are due soon."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet, Value

from crm.base.clock import today
from crm.core.registry import reminders
from crm.mail.models import Occurrence
from crm.mail.reminders import Reminder, days_after
from employers.models import Contact, ContactRole
from sponsorships.models import Instalment
from sponsorships.reads.reaching import without_finance_contact


@reminders.register
class InstalmentDue(Reminder):
    """Fourteen days before an instalment is due, to the sponsor's finance contacts."""

    name = "sponsorships.instalment_due"
    label = "Instalment due"
    audience = "the sponsor's finance contact"
    why = "because you are the finance contact of a sponsorship with an instalment due soon"
    template = "sponsorships/email/instalment_due"
    subject_type = "sponsorships.instalment"
    lead_days = 14
    expires_after_days = 14
    nobody = "the sponsor has no finance contact with an e-mail address"

    def candidates(self, as_of: dt.date, until: dt.date) -> QuerySet:
        contacts = "component__share__employer__contacts"
        # One filter, so that all of it is said of the same contact and the same role.
        finance = Q(
            Q(**{f"{contacts}__roles__ends_on__isnull": True}) | Q(**{f"{contacts}__roles__ends_on__gte": as_of}),
            Q(**{f"{contacts}__left_on__isnull": True}) | Q(**{f"{contacts}__left_on__gt": as_of}),
            **{f"{contacts}__roles__role": ContactRole.Role.FINANCE, f"{contacts}__roles__starts_on__lte": as_of},
        )
        lead = dt.timedelta(days=self.lead_days)
        due = Instalment.objects.expected().filter(due_on__gte=as_of, due_on__lte=until + lead)
        when = {"due_on": days_after("due_on", -self.lead_days), "occurrence_key": Value("T-14")}
        reached = self.rows(
            due.filter(finance).distinct(),
            recipient_email=f"{contacts}__email",
            recipient_name=f"{contacts}__name",
            recipient_type="employers.contact",
            recipient_id=f"{contacts}__id",
            about="component__share__title",
            **when,
        )
        unreached = without_finance_contact(due, as_of)
        return reached.union(self.rows_for_nobody(unreached, about="component__share__title", **when), all=True)

    def still_wanted(self, occurrence: Occurrence) -> str | None:
        instalment = self._instalment(occurrence)
        if instalment is None or not instalment.outstanding_pence:
            return "the instalment is paid or cancelled"
        finance = Contact.objects.holding(ContactRole.Role.FINANCE, today())
        if not finance.filter(pk=occurrence.recipient_id, employer=instalment.component.share.employer_id).exists():
            return "they are the sponsor's finance contact no longer"
        return None

    def context(self, occurrence: Occurrence) -> dict[str, Any]:
        instalment = self._instalment(occurrence)
        return {"instalment": instalment, "share": instalment.component.share}

    def reply_to(self, occurrence: Occurrence) -> str:
        owner = self._instalment(occurrence).component.share.employer.owner
        return owner.email if owner else ""

    def _instalment(self, occurrence: Occurrence) -> Instalment | None:
        rows = Instalment.objects.select_related("component__share__employer__owner")
        return rows.filter(pk=occurrence.subject_id).first()
