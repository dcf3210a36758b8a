"""The daily proof: what is wrong in the ledger is known within a day, and said where people look."""

import psycopg
import pytest

from crm.base.context import institute_context
from sponsorships.actions.proofs import prove_ledger
from sponsorships.models import LedgerProof
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_fund
from tests.sponsorships.reading import text
from workers import tasks
from workers.shapes import institutes_with_work


def test_institutes_with_funds_have_a_ledger_to_prove(committed, yhiot, liot):
    with institute_context(yhiot.id):
        make_fund(500)
    assert institutes_with_work("ledger") == [yhiot.id]


def test_a_sound_ledger_is_said_to_be_sound(client_for, people, yhiot):
    with institute_context(yhiot.id):
        make_fund(500)
        fold_fund_usage()
        proof = prove_ledger(by=None)
    assert (proof.faults, proof.postings) == ([], 2)
    client = client_for(people.finance_officer, yhiot)
    assert "Proven from all 2 lines of the journal" in text(client.get("/sponsorships/funds/"))
    assert "does not add up" not in text(client.get("/"))


@pytest.mark.parametrize("role", ["finance_officer", "auditor", "director"])
def test_a_tampered_posting_is_on_my_day_after_the_next_proof(committed, client_for, people, yhiot, role):
    with institute_context(yhiot.id):
        make_fund(500, name="Quickline bursaries")
    with psycopg.connect(committed.urls.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE sponsorships_posting SET pence = pence + 1 WHERE bucket = 'available'")
    tasks.prove_ledger(str(yhiot.id))
    with institute_context(yhiot.id):
        assert len(LedgerProof.objects.get().faults) == 2
    page = text(client_for(getattr(people, role), yhiot).get("/"))
    assert "The ledger does not add up" in page
    assert "fund Quickline bursaries, available: balance 500, postings 501" in page
