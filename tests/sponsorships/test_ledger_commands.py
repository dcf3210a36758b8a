"""`manage.py ledger verify` finds what somebody with the owner's rights changed, and names the row."""

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from crm.base.context import institute_context
from sponsorships.models import JournalEntry, Posting
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_award, make_fund


@pytest.fixture
def ledger(committed, yhiot, people):
    with institute_context(yhiot.id):
        fund = make_fund(10_000, name="Quickline bursaries")
        make_award(fund, 3000, by=people.bursary_administrator)
        fold_fund_usage()
        return {"entry": JournalEntry.objects.get(kind="awarded"), "posting": Posting.objects.get(sequence=2)}


def verify():
    out, err = StringIO(), StringIO()
    try:
        call_command("ledger", "verify", stdout=out, stderr=err)
    except CommandError as refusal:
        assert refusal.returncode == 1
        return str(refusal), err.getvalue()
    return out.getvalue(), err.getvalue()


def tamper(database, sql):
    """As the superuser with the guards switched off: the worst that somebody inside could do."""
    with psycopg.connect(database.urls.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(sql)


def test_an_untouched_ledger_holds(ledger):
    said, complaints = verify()
    assert "hold" in said
    assert complaints == ""


TAMPERINGS = [
    ("UPDATE sponsorships_posting SET pence = pence + 1 WHERE id = %(posting)s", "sums to 1 pence"),
    ("UPDATE sponsorships_fundbalance SET pence = 9 WHERE bucket = 'available'", "balance 9, postings 7000"),
    ("DELETE FROM sponsorships_posting WHERE entry_id = %(entry)s", "has no postings"),
    ("UPDATE sponsorships_posting SET sequence = 99 WHERE id = %(posting)s", "numbered 1 to 99"),
    ("UPDATE sponsorships_posting SET kind = 'paid' WHERE entry_id = %(entry)s", "says paid"),
    ("UPDATE sponsorships_awardinstalment SET pence = 1", "3000 pence committed, its awards say 1"),
    ("UPDATE sponsorships_fund SET kind = 'challenge'", "is a challenge fund and has a posting of the kind awarded"),
    ("UPDATE sponsorships_fundmonth SET pence = 1 WHERE kind = 'awarded'", "roll-up has 1 pence"),
]


@pytest.mark.parametrize(("sql", "complaint"), TAMPERINGS)
def test_a_row_changed_behind_the_applications_back_is_named(committed, ledger, sql, complaint):
    ids = {name: str(row.id) for name, row in ledger.items()}
    sql = sql.replace("%(posting)s", f"'{ids['posting']}'").replace("%(entry)s", f"'{ids['entry']}'")
    tamper(committed, sql)
    said, complaints = verify()
    assert "wrong" in said
    assert complaint in complaints
    assert complaints.startswith("yhiot: not true that ")
