"""Figures and lists of agreements, instalments and what is owed."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connection

from crm.base.clock import today
from employers.models import Employer
from sponsorships.models import AgreementShare, Benefit, Instalment


def out_of_step() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(lead institute, agreement) of every signed agreement whose master and shares differ by a penny or a day.

    Asks a definer function, since no context may read several institutes' rows together; it returns ids only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lead_id, agreement_id FROM agreements_out_of_step()")
        return cursor.fetchall()


@dataclass(frozen=True)
class Standing:
    """What an employer promised this institute and what came, in pence."""

    promised_pence: int
    received_pence: int
    overdue_pence: int
    next_due: Instalment | None
    shares: list[AgreementShare]


def standing_of(employer: Employer) -> Standing:
    """Promises and receipts of one employer over all its agreements with this institute."""
    shares = list(AgreementShare.objects.filter(employer=employer).with_received())
    expected = Instalment.objects.filter(component__share__employer=employer).expected().order_by("due_on", "id")
    expected = list(expected.with_agreement())
    return Standing(
        promised_pence=sum(share.pence for share in shares),
        received_pence=sum(share.received_pence for share in shares),
        overdue_pence=sum(i.outstanding_pence for i in expected if i.is_overdue),
        next_due=expected[0] if expected else None,
        shares=shares,
    )


def instalments_due(within_days: int = 30) -> list[Instalment]:
    """Late ones and those due in the coming days, soonest first."""
    until = today() + dt.timedelta(days=within_days)
    return list(Instalment.objects.due_by(until).with_agreement().order_by("due_on", "id"))


def benefits_owed(agreement_id: uuid.UUID) -> list[Benefit]:
    """What the sponsor of an agreement led here is owed, delivered or not, soonest first."""
    rows = Benefit.objects.filter(component__agreement_id=agreement_id)
    return list(rows.select_related("component", "owner").order_by("due_on", "id"))
