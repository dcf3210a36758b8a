"""Changing a signed agreement: the terms before and after stay readable, in the lead and in each party."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound
from crm.base.money import split_pence
from crm.base.transactions import action
from crm.identity.models import User
from sponsorships.actions.share_amendments import amend_share
from sponsorships.models import Agreement, AgreementParty, AgreementState, Amendment, PlannedInstalment


@dataclass(frozen=True)
class Change:
    """A payment's new date and new pence over all parties. Zero pence cancels it."""

    planned_id: uuid.UUID
    due_on: dt.date
    pence: int


@dataclass(frozen=True)
class _Changed:
    """A planned payment as it shall be; the parts are None where the pence stay as they are."""

    row: PlannedInstalment
    parts: list[int] | None

    def part(self, party: int) -> int | None:
        """What that party gets of it from now on."""
        return None if self.parts is None else self.parts[party]


@action
def amend_agreement(
    *, agreement: Agreement, changes: Sequence[Change], reason: str, effective_on: dt.date, key: uuid.UUID, by: User
) -> Amendment:
    """Move or resize payments of which nothing is paid yet, in every party at once; promises follow in the journal.

    `key` names this request: sent twice, it is applied once and the first amendment returned. Raises Conflict when the
    agreement is not signed or a payment is (part) paid in any party; DomainError without a reason or a change, for an
    unknown payment, a day before it was signed, or when nothing would be left of the agreement.
    """
    locked = Agreement.objects.select_for_update().filter(pk=agreement.pk).first()
    if locked is None:
        raise NotFound("There is no such agreement in this institute.")
    standing = Amendment.objects.filter(key=key, agreement=locked).first()
    if standing:
        return standing
    _check_may_amend(locked, reason, effective_on)
    parties = list(locked.parties.all())
    plan = _plan_of(locked)
    before = _terms(plan)
    changed = _changed(locked, plan, changes, [party.weight for party in parties])
    amendment = Amendment(
        agreement=locked,
        number=locked.amendments.count() + 1,
        key=key,
        reason=reason.strip(),
        effective_on=effective_on,
        before=before,
        after=_terms(plan),
        made_by=by,
    )
    # Parties first: what the lead writes is checked when its own part is whole, and not from a party's context.
    for number, party in enumerate(parties):
        with institute_context(party.party_id, user_id=by.id):
            payments = [(change.row, change.part(number)) for change in changed]
            party.pence = amend_share(agreement=locked, amendment=amendment, payments=payments, by=by)
    _write_master(locked, plan, parties)
    amendment.save()
    return amendment


def _check_may_amend(agreement: Agreement, reason: str, effective_on: dt.date) -> None:
    if agreement.state == AgreementState.TERMINATED:
        raise Conflict("This agreement has ended, so its terms stay as they are.")
    if agreement.state != AgreementState.SIGNED:
        raise Conflict("This agreement is not signed yet. Change the draft instead.")
    if not reason.strip():
        raise DomainError("Give the reason, so that people later understand it.", field="reason")
    if effective_on < agreement.signed_on:
        raise DomainError(
            f"Enter a day from {agreement.signed_on:%-d %B %Y} on: it was signed that day.", field="effective_on"
        )


def _plan_of(agreement: Agreement) -> list[PlannedInstalment]:
    rows = PlannedInstalment.objects.filter(component__agreement=agreement).select_related("component")
    return list(rows.order_by("component__number", "number"))


def _changed(
    agreement: Agreement, plan: list[PlannedInstalment], changes: Sequence[Change], weights: list[int]
) -> list[_Changed]:
    """Turn the rows of the plan into what they shall be (not written yet); returns those that differ."""
    rows = {row.id: row for row in plan}
    changed = []
    for change in changes:
        row = rows.get(change.planned_id)
        if row is None:
            raise DomainError("This agreement has no such payment.", field="changes")
        if change.pence < 0:
            raise DomainError("A payment cannot be less than nothing.", field="changes")
        if change.due_on < agreement.starts_on:
            raise DomainError("A payment cannot be due before the agreement starts.", field="changes")
        if (row.due_on, row.pence) != (change.due_on, change.pence):
            parts = split_pence(change.pence, weights) if row.pence != change.pence else None
            row.due_on, row.pence = change.due_on, change.pence
            changed.append(_Changed(row, parts))
    if not changed:
        raise DomainError("Change at least one payment.", field="changes")
    if sum(row.pence for row in plan) <= 0:
        raise DomainError("Nothing would be left of this agreement.", field="changes")
    agreement.total_pence = sum(row.pence for row in plan)
    return changed


def _write_master(agreement: Agreement, plan: list[PlannedInstalment], parties: list[AgreementParty]) -> None:
    """The plan, and the sums above it."""
    PlannedInstalment.objects.bulk_update(plan, ["due_on", "pence"])
    for component in agreement.components.all():
        component.pence = sum(row.pence for row in plan if row.component_id == component.id)
        component.save(update_fields=["pence"])
    AgreementParty.objects.bulk_update(parties, ["pence"])
    agreement.save(update_fields=["total_pence"])


def _terms(plan: list[PlannedInstalment]) -> dict[str, object]:
    payments = [
        {"for": str(row.component), "number": row.number, "due_on": row.due_on.isoformat(), "pence": row.pence}
        for row in plan
    ]
    return {"pence": sum(row.pence for row in plan), "payments": payments}
