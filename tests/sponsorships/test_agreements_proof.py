"""The daily comparison of agreements with their parties' shares: known within a day, said where people look."""

import psycopg
import pytest

from crm.base.context import institute_context
from sponsorships.actions.proofs import prove_agreements
from sponsorships.models import AgreementsProof
from tests.factories.agreements import make_draft, make_signed, make_sponsor
from tests.sponsorships.reading import text
from workers import tasks
from workers.shapes import institutes_with_work


@pytest.fixture
def joint(committed, people, yhiot, liot):
    """£530,000 led by the one institute and shared with the other."""
    with institute_context(yhiot.id):
        return make_signed(people.partnership_manager, people.director, [yhiot, liot], make_sponsor())


def tamper(committed, sql: str) -> None:
    with psycopg.connect(committed.urls.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(sql)


def test_institutes_that_lead_a_signed_agreement_have_some_to_compare(joint, people, yhiot, liot):
    with institute_context(liot.id):
        make_draft(people.at(liot).partnership_manager, [liot], make_sponsor("Other sponsor"))
    assert institutes_with_work("agreements") == [yhiot.id]


def test_agreements_in_step_are_said_to_be(joint, client_for, people, yhiot):
    tasks.prove_agreements(str(yhiot.id))
    with institute_context(yhiot.id):
        proof = AgreementsProof.objects.get()
    assert (proof.agreements, proof.faults) == (1, [])
    client = client_for(people.finance_officer, yhiot)
    assert "1 agreement compared with every party's share" in text(client.get("/sponsorships/funds/"))
    assert "its shares differ" not in text(client.get("/"))


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE sponsorships_agreementshare SET pence = pence + 1 WHERE institute_id <> lead_id",
        "UPDATE sponsorships_instalment SET due_on = due_on + 1 WHERE number = 2",
        "DELETE FROM sponsorships_agreementshare WHERE institute_id <> lead_id",
    ],
    ids=["a penny", "a day", "a share"],
)
def test_what_differs_in_another_institute_is_on_my_day_of_the_lead(joint, committed, client_for, people, yhiot, harm):
    tamper(committed, harm)
    tasks.prove_agreements(str(yhiot.id))
    for person in (people.partnership_manager, people.auditor):
        page = text(client_for(person, yhiot).get("/"))
        assert "An agreement and its shares differ" in page
        assert f"{joint.reference}, Quickline sponsorship: its parties' shares do not say what it says" in page


def test_an_institute_hears_of_the_agreements_it_leads_alone(joint, committed, liot):
    tamper(committed, "UPDATE sponsorships_agreementshare SET pence = pence + 1")
    with institute_context(liot.id):
        assert prove_agreements(by=None).faults == []
