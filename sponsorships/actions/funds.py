"""Opening, pausing and closing funds."""

import datetime as dt

from crm.base.errors import Conflict, DomainError
from crm.base.money import format_pounds
from crm.base.transactions import action, only_one
from crm.core import search
from crm.identity.models import Provider, User
from crm.outbox.record import record
from sponsorships.domain_events import FundOpened, FundStateChanged
from sponsorships.models import Bucket, Fund


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
    taken = f"There is a fund called “{name}” already."
    if Fund.objects.filter(name__iexact=name).exists():
        raise Conflict(taken, field="name")
    with only_one("sponsorships_fund_name_once", taken, field="name"):
        fund = Fund.objects.create(
            name=name, kind=kind, restriction=restriction, starts_on=starts_on, ends_on=ends_on, recipient=recipient
        )
    # What a search finds it by; its figures are never in the index.
    search.index(kind="sponsorships.fund", object_id=fund.id, title=name, subtitle=fund.get_kind_display())
    record(FundOpened(fund_id=fund.id, name=name, kind=kind), by=by)
    return fund


# What must be gone before a fund may close, and how to get there.
_IN_THE_WAY = {
    Bucket.AVAILABLE: "is still available. Transfer or refund it first",
    Bucket.COMMITTED: "is still committed to awards. Pay or withdraw them first",
    Bucket.PROMISED: "is still promised. Wait for it or write it off first",
    Bucket.SHORTFALL: "is still owed back. Settle it first",
}


@action
def close_fund(*, fund: Fund, by: User) -> Fund:
    """Close a fund that holds, owes and awaits nothing. Its journal stays readable and takes no more entries.

    Raises Conflict naming the money in the way.
    """
    fund = Fund.objects.locked([fund.pk])[fund.pk]
    held = fund.held()
    for bucket, words in _IN_THE_WAY.items():
        if held[bucket]:
            raise Conflict(f"{format_pounds(held[bucket], exact=True)} {words}.")
    return _change_state(fund, Fund.State.CLOSED, by)


@action
def pause_fund(*, fund: Fund, by: User) -> Fund:
    """Award and spend nothing from this fund until it is opened again. Awards made already are still paid."""
    return _change_state(Fund.objects.locked([fund.pk])[fund.pk], Fund.State.PAUSED, by)


@action
def reopen_fund(*, fund: Fund, by: User) -> Fund:
    """Open a paused or closed fund again."""
    return _change_state(Fund.objects.locked([fund.pk])[fund.pk], Fund.State.OPEN, by)


def _change_state(fund: Fund, state: str, by: User) -> Fund:
    if fund.state == state:
        raise Conflict(f"“{fund}” is {fund.get_state_display().lower()} already.")
    fund.state = state
    fund.save(update_fields=["state"])
    record(FundStateChanged(fund_id=fund.id, state=state), by=by)
    return fund
