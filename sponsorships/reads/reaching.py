"""Whom a reminder about a sponsor's money can reach."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from crm.base.clock import today
from crm.mail.models import Suppression
from employers.models import Contact, ContactRole
from sponsorships.models import Instalment

SOON_DAYS = 30  # somebody can still be found before the reminder should go, a fortnight before the money is due


def without_finance_contact(instalments: QuerySet, day: dt.date) -> QuerySet:
    """Those whose sponsor has no finance contact with an e-mail address on that day."""
    return instalments.filter(~Exists(_finance_contacts(day)))


def nobody_to_write_to() -> QuerySet:
    """Instalments late or due within a month whose sponsor's finance contacts cannot be written to: there is none,
    none has an address, or no mail goes to their addresses any more."""
    stopped = Suppression.objects.filter(lifted_at=None).values("email")
    reachable = _finance_contacts(today()).exclude(email__in=stopped)
    due = Instalment.objects.due_by(today() + dt.timedelta(days=SOON_DAYS))
    return due.filter(~Exists(reachable)).with_agreement().order_by("due_on", "id")


def _finance_contacts(day: dt.date) -> QuerySet:
    holders = Contact.objects.holding(ContactRole.Role.FINANCE, day).exclude(email="")
    return holders.filter(employer=OuterRef("component__share__employer"))
