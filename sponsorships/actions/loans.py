"""Equipment that an employer lent and wants back."""

import datetime as dt

from crm.base.clock import today
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events.contributions import EquipmentReturned, LoanExtended
from sponsorships.models import Contribution, ContributionLine

WITH_US = (Contribution.State.DELIVERED, Contribution.State.ACCEPTED)


@action
def return_equipment(*, line: ContributionLine, returned_on: dt.date, by: User) -> ContributionLine:
    """Note that lent equipment went back. What it counts for stays: it was there.

    Raises DomainError for a day in the future or before it came, Conflict when it is not with us.
    """
    line = _lock(line)
    if returned_on > today():
        raise DomainError("Enter the day it went back, today or earlier.", field="returned_on")
    if returned_on < line.contribution.delivered_on:
        raise DomainError("It cannot go back before it came.", field="returned_on")
    line.returned_on = returned_on
    line.save(update_fields=["returned_on"])
    record(EquipmentReturned(returned_on=returned_on, **_about(line)), by=by)
    return line


@action
def extend_loan(*, line: ContributionLine, return_on: dt.date, by: User) -> ContributionLine:
    """Agree another day on which lent equipment is due back; its reminders move with it.

    Raises DomainError for a day that is past or the same, Conflict when it is not with us.
    """
    line = _lock(line)
    if return_on <= today() or return_on == line.return_on:
        raise DomainError("Enter the new day on which it is due back, after today.", field="return_on")
    line.return_on = return_on
    line.save(update_fields=["return_on"])
    record(LoanExtended(return_on=return_on, **_about(line)), by=by)
    return line


def _lock(line: ContributionLine) -> ContributionLine:
    rows = ContributionLine.objects.select_for_update(of=("self",)).select_related("contribution")
    locked = rows.filter(pk=line.pk).first()
    if locked is None:
        raise NotFound("There is no such item in this institute.")
    if locked.returned_on:
        raise Conflict(f"It went back on {locked.returned_on:%-d %B %Y}.")
    if locked.return_on is None:
        raise Conflict("This was given, not lent, so it does not go back.")
    if locked.contribution.state not in WITH_US:
        raise Conflict("It was not delivered, so it cannot go back.")
    return locked


def _about(line: ContributionLine) -> dict[str, object]:
    contribution = line.contribution
    facts = {"contribution_id": contribution.id, "employer_id": contribution.employer_id, "title": contribution.title}
    return facts | {"line_id": line.id, "item": line.item}
