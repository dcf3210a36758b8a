"""One party's side of an amendment, written in that party's context."""

from collections.abc import Sequence

from crm.base.errors import Conflict
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.actions.journal import post_entry
from sponsorships.domain_events.agreements import AgreementAmended
from sponsorships.models import (
    Agreement,
    AgreementShare,
    Amendment,
    Bucket,
    EntryKind,
    Instalment,
    Move,
    PlannedInstalment,
    ShareAmendment,
    ShareComponent,
)


@action
def amend_share(
    *, agreement: Agreement, amendment: Amendment, payments: Sequence[tuple[PlannedInstalment, int | None]], by: User
) -> int:
    """Bring the acting institute's share in line with changed payments; each comes with this institute's new pence
    (None: as they are). Returns the share's pence.

    Called by amend_agreement alone, once per party. Raises Conflict when something is paid on one of the payments.
    """
    share = AgreementShare.objects.select_for_update().get(agreement_id=agreement.id)
    before = _terms(share)
    instalments = {(i.component.component_id, i.number): i for i in _locked(share)}
    for planned, pence in payments:
        instalment = instalments.get((planned.component_id, planned.number))
        if instalment or pence:  # a party may have no part of a component
            _change(instalment, planned, pence)
    moved = _resum(share, agreement, list(instalments.values()))
    ShareAmendment.objects.create(
        share=share,
        amendment_id=amendment.id,
        number=amendment.number,
        reason=amendment.reason,
        effective_on=amendment.effective_on,
        before=before,
        after=_terms(share),
        made_by=by,
    )
    for component, pence in moved:
        _post(component, pence, amendment, by)
    _record(share, amendment, before["pence"], by)
    return share.pence


def _locked(share: AgreementShare) -> list[Instalment]:
    """In the order of their ids, like everybody who locks several."""
    rows = Instalment.objects.filter(component__share=share).select_related("component__fund")
    return list(rows.order_by("id").select_for_update(of=("self",)))


def _change(instalment: Instalment | None, planned: PlannedInstalment, pence: int | None) -> None:
    if instalment is None:
        raise Conflict("One of the parties has no part in this purpose, so its payments cannot grow.", field="changes")
    if instalment.written_off_pence:
        raise Conflict(
            f"Payment {planned.number} of {planned.component} was written off. Change another one.", field="changes"
        )
    if instalment.paid_pence:
        raise Conflict(
            f"Something is paid already on payment {planned.number} of {planned.component}. Change a later one.",
            field="changes",
        )
    instalment.due_on = planned.due_on
    instalment.pence = instalment.pence if pence is None else pence
    instalment.state = Instalment.State.SCHEDULED if instalment.pence else Instalment.State.CANCELLED
    instalment.save(update_fields=["due_on", "pence", "state"])


def _resum(
    share: AgreementShare, agreement: Agreement, instalments: Sequence[Instalment]
) -> list[tuple[ShareComponent, int]]:
    """The sums above the instalments; returns the components whose promise grew or shrank, with by how much."""
    moved = []
    for component in share.components.select_related("fund"):
        pence = sum(i.pence for i in instalments if i.component_id == component.id)
        if pence != component.pence:
            moved.append((component, pence - component.pence))
            component.pence = pence
            component.save(update_fields=["pence"])
    share.pence = sum(i.pence for i in instalments)
    share.total_pence = agreement.total_pence if agreement.is_total_shared else None
    share.save(update_fields=["pence", "total_pence"])
    return moved


def _post(component: ShareComponent, pence: int, amendment: Amendment, by: User) -> None:
    """A promise that grew is promised, one that shrank is written off."""
    post_entry(
        kind=EntryKind.PROMISED if pence > 0 else EntryKind.PROMISE_WRITTEN_OFF,
        moves=[Move(component.fund, Bucket.EXTERNAL, -pence), Move(component.fund, Bucket.PROMISED, pence)],
        occurred_on=amendment.effective_on,
        memo=f"Amendment {amendment.number}: {amendment.agreement.title}"[:300],
        source=("sponsorships.agreement", amendment.agreement_id),
        key=f"amend:{amendment.id}:{component.id}",
        by=by,
        is_typed=False,
    )


def _record(share: AgreementShare, amendment: Amendment, before_pence: int, by: User) -> None:
    event = AgreementAmended(
        agreement_id=share.agreement_id,
        employer_id=share.employer_id,
        title=share.title,
        share_id=share.id,
        number=amendment.number,
        effective_on=amendment.effective_on,
        before_pence=before_pence,
        after_pence=share.pence,
    )
    record(event, by=by)


def _terms(share: AgreementShare) -> dict[str, object]:
    rows = Instalment.objects.filter(component__share=share).select_related("component")
    payments = [
        {"for": str(row.component), "number": row.number, "due_on": row.due_on.isoformat(), "pence": row.pence}
        for row in rows.order_by("component__number", "number")
    ]
    return {"pence": sum(payment["pence"] for payment in payments), "payments": payments}
