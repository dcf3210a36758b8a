"""My day answers each role's question about money, with the figures of the list it leads to."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from crm.base.clock import london_instant, replayed_at, today
from crm.base.context import institute_context
from crm.base.money import format_pounds
from crm.identity.roles import Role
from sponsorships.actions.payments import fail_payment, pay_instalment
from sponsorships.actions.receipts import record_receipt
from sponsorships.models import AwardInstalment, LedgerProof
from sponsorships.reads.journal import last_movements
from sponsorships.reads.runway import runways
from sponsorships.rollups import fold_fund_usage
from tests.conftest import People
from tests.factories.agreements import fee, gift, make_signed, make_sponsor
from tests.factories.contributions import make_contribution
from tests.factories.funds import make_award, make_fund
from tests.factories.identity import make_yhiot
from tests.queries import own_queries

JANUARY = london_instant(dt.date(2027, 1, 20), dt.time(10))
WHO_SEES = {
    "Payments to learners": {Role.FINANCE_OFFICER},
    "Receipts to match": {Role.FINANCE_OFFICER},
    "Instalments from sponsors": {Role.FINANCE_OFFICER},
    "Payments that failed": {Role.BURSARY_ADMINISTRATOR},
    "Fund left": {Role.BURSARY_ADMINISTRATOR},
    "Money moved lately": {Role.AUDITOR, Role.DIRECTOR},
    "Promised and received": {Role.DIRECTOR},
    "Ledger": {Role.FINANCE_OFFICER, Role.BURSARY_ADMINISTRATOR, Role.AUDITOR, Role.DIRECTOR},
    "Owed to sponsors": {Role.PARTNERSHIP_MANAGER},
    "Gifts to value": {Role.PARTNERSHIP_MANAGER},
}
STAFF = [role for role in Role if role not in (Role.NETWORK_LEAD, Role.SPONSOR_CONTACT)]


MOST_QUERIES = 30  # a dozen of them are those of the sign-in


@pytest.fixture(scope="module")
def people(module_transaction):
    """Yorkshire & Humber's, whom all tests here share."""
    with module_transaction():
        return People(make_yhiot()).all_now()


@pytest.fixture(scope="module")
def busy(module_transaction, people):
    """Something of everything that My day asks about money; made once."""
    manager, finance, director = people.partnership_manager, people.finance_officer, people.director
    with module_transaction(), institute_context(make_yhiot().id, user_id=manager.id), replayed_at(JANUARY):
        sponsor = make_sponsor()
        due = (today() - dt.timedelta(days=20), today() + dt.timedelta(days=10), today() + dt.timedelta(days=200))
        components = (gift("bursary", 3_000_00), fee("challenge", 90_000_00))
        make_signed(manager, director, [make_yhiot()], sponsor, components=components, due_dates=due, ends_on=due[2])
        make_contribution(manager, sponsor, title="Cobot")
        record_receipt(banked_on=today(), payer="Skipton", reference="S-1", pence=2_500_00, by=finance)
        with replayed_at(JANUARY - dt.timedelta(days=40)):  # two of its parts are due by now, the third is coming
            fund = make_fund(10_000_00, name="Learners in need")
            award = make_award(fund, 900_00, by=people.bursary_administrator, parts=3)
        first = award.instalments.get(number=1)
        pay_instalment(instalment=first, paid_on=today(), by=finance)
        fail_payment(instalment=first, failed_on=today(), by=finance)
    return award


@pytest.fixture
def home(busy, client_for, people, yhiot):
    """`home(role)`: the page as a test response."""

    def get(role):
        with replayed_at(JANUARY):
            return client_for(getattr(people, role), yhiot).get(reverse("home"))

    return get


def titles(response):
    return set(re.findall(r"<h2>(.*?)</h2>", response.content.decode()))


@pytest.mark.parametrize("role", STAFF)
def test_each_panel_is_shown_to_those_whose_question_it_answers_and_to_nobody_else(role, home):
    shown = titles(home(role))
    assert shown & set(WHO_SEES) == {title for title, roles in WHO_SEES.items() if role in roles}


@pytest.mark.parametrize("role", ["finance_officer", "director", "auditor", "bursary_administrator"])
def test_my_day_asks_no_more_for_more_rows(role, home, people, yhiot, within):
    home(role)  # what is asked once per process
    with own_queries() as few:
        home(role)
    with within(), replayed_at(JANUARY):
        for _ in range(2):
            make_award(make_fund(10_000_00), 900_00, by=people.bursary_administrator, parts=3)
            make_signed(people.partnership_manager, people.director, [yhiot], make_sponsor("Another"))
    with own_queries() as more:
        home(role)
    assert len(more) == len(few) <= MOST_QUERIES


def test_the_payment_run_is_the_sum_of_the_list_it_leads_to(home, client_for, people, yhiot):
    with replayed_at(JANUARY):
        lists = client_for(people.finance_officer, yhiot)
        due = lists.get(reverse("sponsorships:payments")).context["page"].object_list
        coming = lists.get(reverse("sponsorships:payments"), {"when": "coming"}).context["page"].object_list
    run = home("finance_officer").context["run"]
    assert (run.due.count, run.due.pence) == (2, sum(i.pence for i in due)) == (2, 600_00)
    assert (run.coming.count, run.coming.pence) == (1, sum(i.pence for i in coming)) == (1, 300_00)


def test_expected_money_is_the_sum_of_the_list_it_leads_to(home, client_for, people, yhiot):
    with replayed_at(JANUARY):
        shown = client_for(people.finance_officer, yhiot).get(reverse("sponsorships:instalments"))
        rows = shown.context["page"].object_list
        late = sum(row.outstanding_pence for row in rows if row.is_overdue)
        soon = [row for row in rows if not row.is_overdue and row.due_on <= today() + dt.timedelta(days=30)]
    expected = home("finance_officer").context["expected"]
    assert expected.late.pence == late == 31_000_00
    assert expected.soon.pence == sum(row.outstanding_pence for row in soon)
    assert expected.all.pence == sum(row.outstanding_pence for row in rows)
    assert f"{format_pounds(late)} from sponsors is late" in home("finance_officer").content.decode()


def test_promised_against_received_is_the_sum_of_the_agreements_listed(home, client_for, people, yhiot):
    with replayed_at(JANUARY):
        listed = client_for(people.director, yhiot).get(reverse("sponsorships:agreements"))
    rows = listed.context["page"].object_list
    promised = home("director").context["promised"]
    assert promised.promised_pence == sum(share.pence for share in rows) == 93_000_00
    assert promised.received_pence == sum(share.received_pence for share in rows)
    assert promised.late.pence == 31_000_00


def test_the_ledger_says_whether_it_was_proven(home, within):
    assert "Not proven yet" in home("auditor").content.decode()
    with within():
        LedgerProof.objects.create(postings=12)
    assert "Adds up to the penny" in home("auditor").content.decode()
    with within():
        LedgerProof.objects.create(postings=12, faults=["a balance is the sum of its postings"])
    assert "The ledger does not add up" in home("auditor").content.decode()


def test_movements_gather_what_one_person_did_to_one_end_on_one_day(busy, within, people):
    with within():
        paid = [m for m in last_movements(people.auditor, limit=20) if m.newest.kind == "paid"]
        [first] = paid
        assert len(first.entries) == 1 and first.pence == 300_00
        with replayed_at(JANUARY):
            due = AwardInstalment.objects.get(award=busy, number=2)
            pay_instalment(instalment=due, paid_on=today(), by=people.finance_officer)
        [run] = [m for m in last_movements(people.auditor, limit=20) if m.newest.kind == "paid"]
        assert len(run.entries) == 2 and run.pence == 600_00
        assert [fund.name for fund in run.funds] == ["Learners in need"]


def test_an_auditors_links_lead_to_the_journal_and_the_audit(home, client_for, people, yhiot):
    card = home("auditor").content.decode().partition("Money moved lately")[2]
    pages = client_for(people.auditor, yhiot)
    journals = set(re.findall(r'href="([^"]*/journal/)"', card))
    audits = set(re.findall(r'href="([^"]*/audit/\?table=[^"]*)"', card))
    assert len(journals) == 3 and len(audits) >= 2
    with replayed_at(JANUARY):
        assert {pages.get(link).status_code for link in journals} == {200}
        assert all(pages.get(link.replace("&amp;", "&")).context["rows"] for link in audits)


@pytest.fixture
def year_old(within, people):
    """A fund of £12,000 opened on 1 September 2026, of which £500 was awarded."""
    with within():
        fund = make_fund(12_000_00)
        with replayed_at(london_instant(dt.date(2026, 9, 10), dt.time(10))):
            make_award(fund, 500_00, by=people.bursary_administrator)
        fold_fund_usage()
    return fund


def lasts(fund, on):
    with replayed_at(london_instant(on, dt.time(10))):
        return runways([fund], {fund.pk: fund.held()["available"]}).get(fund.pk)


def test_a_fund_lasts_as_long_as_its_own_pace_says(year_old, within):
    with within():
        runway = lasts(year_old, dt.date(2027, 3, 1))
        assert runway.runs_out_on is None  # eleven years away
        assert runway.since == dt.date(2026, 9, 1)


def test_a_fund_runs_out_on_the_day_its_pace_reaches_nothing(year_old, within, people):
    with within():
        with replayed_at(london_instant(dt.date(2026, 9, 20), dt.time(10))):
            make_award(year_old, 5_500_00, by=people.bursary_administrator)
        fold_fund_usage()
        runway = lasts(year_old, dt.date(2027, 3, 1))  # half is gone after 181 days
        assert runway.runs_out_on == dt.date(2027, 3, 1) + dt.timedelta(days=181)
        assert runway.pence_a_month == 6_000_00 * 365 // (12 * 181) // 100 * 100


def test_a_young_fund_and_an_idle_one_say_no_date(year_old, within):
    with within():
        assert lasts(year_old, dt.date(2026, 10, 1)) is None
        idle = lasts(year_old, dt.date(2027, 11, 1))  # nothing was awarded in the twelve months before
        assert (idle.pence_a_month, idle.runs_out_on) == (0, None)
