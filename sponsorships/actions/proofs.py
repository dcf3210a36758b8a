"""Proving the ledger and keeping what came of it."""

from crm.base.transactions import action
from crm.identity.models import User
from crm.outbox.record import record
from sponsorships.domain_events import LedgerProven
from sponsorships.models import LedgerProof, Posting
from sponsorships.rollups import ledger_is_wrong


@action
def prove_ledger(*, by: User | None) -> LedgerProof:
    """Prove the acting institute's ledger from its postings and keep the result. Mends nothing."""
    faults = ledger_is_wrong()
    proof = LedgerProof.objects.create(postings=Posting.objects.count(), faults=faults)
    record(LedgerProven(proof_id=proof.id, postings=proof.postings, faults=len(faults)), by=by)
    return proof
