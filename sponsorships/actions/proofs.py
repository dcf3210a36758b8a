"""Proving the ledger and the agreements, and keeping what came of it."""

from crm.base.context import acting_institute
from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events import AgreementsProven, LedgerProven
from sponsorships.models import Agreement, AgreementsProof, LedgerProof, Posting
from sponsorships.reads.agreements import out_of_step
from sponsorships.rollups import ledger_is_wrong, let_statements_take_long


@action
def prove_ledger(*, by: User | None) -> LedgerProof:
    """Prove the acting institute's ledger from its postings and keep the result. Mends nothing."""
    faults = ledger_is_wrong()
    proof = LedgerProof.objects.create(postings=Posting.objects.count(), faults=faults)
    record(LedgerProven(proof_id=proof.id, postings=proof.postings, faults=len(faults)), by=by)
    return proof


@action
def prove_agreements(*, by: User | None) -> AgreementsProof:
    """Compare every agreement that the acting institute leads with its parties' shares, to the penny and the day, and
    keep the result. Mends nothing."""
    let_statements_take_long()
    wrong = [agreement_id for _, agreement_id in out_of_step(acting_institute())]
    faults = [
        f"{agreement.reference}, {agreement.title}: its parties' shares do not say what it says"
        for agreement in Agreement.objects.filter(pk__in=wrong).order_by("reference")
    ]
    proof = AgreementsProof.objects.create(agreements=Agreement.objects.signed().count(), faults=faults)
    record(AgreementsProven(proof_id=proof.id, agreements=proof.agreements, faults=len(faults)), by=by)
    return proof
