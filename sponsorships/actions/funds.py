"""Opening, pausing and closing funds, and money that comes in or goes out without an award."""

import datetime as dt

from crm.base.errors import Conflict, DomainError
from crm.base.transactions import action
from crm.core import search
from crm.identity.models import Provider, User
from crm.outbox.record import record
from sponsorships.domain_events import FundOpened
from sponsorships.models import Fund


@action
def open_fund(
    *,
    name: str,
    kind: str,
    starts_on: dt.date,
    by: User | None,
    ends_on: dt.date | None = None,
    restriction: str = "",
    recipient: Provider | None = None,
) -> Fund:
    """Open an empty fund in the acting institute. `recipient` is the provider that legally holds the money.

    Raises Conflict when the institute has a fund of that name (capitals aside), DomainError for a bad name or dates.
    """
    name = " ".join(name.split())
    if not name:
        raise DomainError("Enter a name for the fund.", field="name")
    if ends_on and ends_on < starts_on:
        raise DomainError("The fund ends before it starts. Check the two dates.", field="ends_on")
    if Fund.objects.filter(name__iexact=name).exists():
        raise Conflict(f"There is a fund called “{name}” already.", field="name")
    fund = Fund.objects.create(
        name=name, kind=kind, restriction=restriction, starts_on=starts_on, ends_on=ends_on, recipient=recipient
    )
    search.index(kind="sponsorships.fund", object_id=fund.id, title=name, subtitle=fund.get_kind_display())
    record(FundOpened(fund_id=fund.id, name=name, kind=kind), by=by)
    return fund
