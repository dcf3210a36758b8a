"""The pages of funds and of the journal."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.ids import new_id
from sponsorships.actions.fund_money import (
    accept_gift,
    recall_money,
    record_spend,
    refund_money,
    transfer_between_funds,
)
from sponsorships.actions.journal import reverse_entry
from sponsorships.actions.payments import pay_instalment
from sponsorships.models import Fund, JournalEntry
from sponsorships.rollups import fold_fund_usage
from tests.factories.funds import make_award, make_fund
from tests.queries import own_queries
from tests.sponsorships.reading import text


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_asks_the_same_few_questions_however_many_funds(client_for, finance, yhiot, within, how_many):
    with within():
        for _ in range(how_many):
            make_fund(5000)
        fold_fund_usage()
    client = client_for(finance, yhiot)
    client.get("/sponsorships/funds/")
    with own_queries() as queries:
        response = client.get("/sponsorships/funds/")
    assert response.status_code == 200
    assert len(queries) == LIST_QUERIES, "\n".join(queries)


LIST_QUERIES = 10  # three of them are signing in: session, person, roles


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_fund_asks_the_same_few_questions_however_many_awards(
    client_for, administrator, yhiot, fund, within, how_many
):
    with within():
        for _ in range(how_many):
            make_award(fund, 100, by=administrator)
        fold_fund_usage()
    client = client_for(administrator, yhiot)
    client.get(f"/sponsorships/funds/{fund.pk}/")
    with own_queries() as queries:
        response = client.get(f"/sponsorships/funds/{fund.pk}/")
    assert response.status_code == 200
    assert len(queries) == FUND_QUERIES, "\n".join(queries)


FUND_QUERIES = 10


def test_a_month_in_which_more_came_back_than_went_out_is_drawn_below_the_axis(client_for, finance, yhiot, within):
    with within():
        fund = make_fund(5000_00, kind=Fund.Kind.CHALLENGE)
        facts = {"fund": fund, "pence": 300_00, "memo": "Coach hire", "source": ("events.challenge", new_id())}
        spent = record_spend(**facts, key="coach", occurred_on=dt.date(2026, 9, 14), by=finance)
        reverse_entry(entry=spent, memo="The coach never came", occurred_on=dt.date(2026, 10, 2), by=finance)
        fold_fund_usage()
    page = client_for(finance, yhiot).get(f"/sponsorships/funds/{fund.pk}/?year=2026/27").content.decode()
    assert "Spent by month, 2026/27: Sep £300, Oct −£300." in page
    assert len(re.findall(r'<rect class="bar below"', page)) == 1
    for numbers in re.findall(r"<table.*?</table>", page, re.S)[:2]:  # of the chart, and by month
        assert "£300" in numbers and "−£300" in numbers


def test_a_fund_page_shows_balances_sums_and_months(client_for, administrator, finance, yhiot, fund, award, within):
    with within():
        pay_instalment(instalment=award.instalments.first(), by=finance)
        fold_fund_usage()
    page = text(client_for(administrator, yhiot).get(f"/sponsorships/funds/{fund.pk}/"))
    for words in ("Available £9,100", "Committed £600", "Paid £300", "Received £10,000", "Awarded £900.00"):
        assert words in page, page
    assert f"{today():%b %Y}" in page
    assert "A moment" not in page


def test_a_fund_page_says_while_the_worker_has_not_caught_up(client_for, administrator, yhiot, fund, award):
    page = text(client_for(administrator, yhiot).get(f"/sponsorships/funds/{fund.pk}/"))
    assert "A moment" in page
    assert "Available £9,100" in page


def test_a_bursary_administrator_opens_a_fund(client_for, administrator, yhiot, within, college):
    form = {"name": "Robotics equipment", "kind": "equipment", "starts_on": "2026-11-01", "recipient": str(college.pk)}
    response = client_for(administrator, yhiot).post("/sponsorships/funds/open/", form)
    assert response.status_code == 302
    with within():
        opened = Fund.objects.get()
    assert (opened.name, opened.kind, opened.recipient) == ("Robotics equipment", "equipment", college)


@pytest.mark.parametrize(("move", "left"), [("gift", 1_012_300), ("refund", 987_700), ("recall", 987_700)])
def test_finance_moves_money_by_hand(client_for, finance, yhiot, fund, within, move, left):
    form = {"key": str(new_id()), "pence": "123", "occurred_on": today(), "memo": "As agreed"}
    response = client_for(finance, yhiot).post(f"/sponsorships/funds/{fund.pk}/money/{move}/", form)
    assert response.status_code == 302
    with within():
        assert fund.held()["available"] == left


def test_a_transfer_offers_only_funds_of_the_same_kind(client_for, finance, yhiot, fund, within):
    with within():
        other, challenge = make_fund(name="Other bursaries"), make_fund(kind="challenge", name="Challenge money")
    client, url = client_for(finance, yhiot), f"/sponsorships/funds/{fund.pk}/transfer/"
    page = text(client.get(url))
    assert "Other bursaries" in page
    assert "Challenge money" not in page
    form = {"key": str(new_id()), "pence": "10", "occurred_on": today(), "memo": "m", "destination": str(other.pk)}
    assert client.post(url, {**form, "destination": str(challenge.pk)}).status_code == 422
    assert client.post(url, form).status_code == 302
    with within():
        assert other.held()["available"] == 1000


def test_an_entry_made_by_hand_is_reversed_from_the_journal(client_for, finance, yhiot, fund, within):
    with within():
        entry = refund_money(fund=fund, pence=500, memo="Paid twice", key="k", by=finance)
    client = client_for(finance, yhiot)
    page = client.get(f"/sponsorships/funds/{fund.pk}/journal/")
    assert reverse("sponsorships:reverse_entry", args=[entry.pk]) in page.content.decode()
    assert "It adds up" in text(page)
    form = {"occurred_on": today(), "memo": "Was right after all"}
    assert client.post(f"/sponsorships/journal/{entry.pk}/reverse/", form).status_code == 302
    assert client.post(f"/sponsorships/journal/{entry.pk}/reverse/", form).status_code == 422
    with within():
        assert fund.held()["available"] == 1_000_000


def test_an_entry_of_an_award_cannot_be_reversed_by_hand(client_for, finance, yhiot, fund, award, within):
    with within():
        entry = JournalEntry.objects.get(kind="awarded")
    assert client_for(finance, yhiot).get(f"/sponsorships/journal/{entry.pk}/reverse/").status_code == 404


def test_the_journal_shows_what_moved_and_what_was_available_after(
    client_for, administrator, finance, yhiot, fund, award, within
):
    with within():
        other = make_fund(name="Other bursaries")
        transfer_between_funds(origin=fund, destination=other, pence=500, memo="Shared", key="t", by=finance)
    page = text(client_for(finance, yhiot).get(f"/sponsorships/funds/{fund.pk}/journal/"))
    assert re.search(r"Transferred Shared .*? Available → Another fund £5.00 £9,095.00", page)
    assert re.search(r"Awarded Bursary: travel .*? Available → Committed £900.00 £9,100.00", page)
    assert re.search(r"Gift .*? Outside the fund → Available £10,000.00 £10,000.00", page)
    page = text(client_for(finance, yhiot).get(f"/sponsorships/funds/{other.pk}/journal/"))
    assert re.search(r"Transferred Shared .*? Another fund → Available £5.00 £5.00", page)


def test_the_second_page_of_a_journal_goes_on_where_the_first_ended(client_for, finance, yhiot, within):
    with within():
        fund = make_fund()
        for number in range(1, 61):
            accept_gift(fund=fund, pence=100, memo=f"Gift {number}", key=str(number), by=finance)
    page = text(client_for(finance, yhiot).get(f"/sponsorships/funds/{fund.pk}/journal/?page=2"))
    assert re.search(r"Gift 10 .*? £1.00 £10.00", page)
    assert re.search(r"Gift 1 .*? £1.00 £1.00", page)
    assert "Gift 11 " not in page


def test_a_fund_is_paused_and_opened_again(client_for, administrator, yhiot, fund, within):
    client = client_for(administrator, yhiot)
    client.post(f"/sponsorships/funds/{fund.pk}/state/pause/")
    assert "Nothing is awarded or spent" in text(client.get(f"/sponsorships/funds/{fund.pk}/"))
    client.post(f"/sponsorships/funds/{fund.pk}/state/reopen/")
    refused = client.post(f"/sponsorships/funds/{fund.pk}/state/close/", follow=True)
    assert "£10,000.00 is still available" in text(refused)
    with within():
        assert Fund.objects.get().state == "open"
    assert client.post(f"/sponsorships/funds/{fund.pk}/state/burn/").status_code == 404


def test_a_shortfall_is_shown_and_settled(client_for, finance, yhiot, within):
    with within():
        fund = make_fund(100)
        recall_money(fund=fund, pence=300, memo="Recalled", key="r", by=finance)
    client = client_for(finance, yhiot)
    page = text(client.get(f"/sponsorships/funds/{fund.pk}/"))
    assert "recalled £2.00 that is no longer there" in page
    assert "Settle the shortfall" in page


def test_my_day_of_a_bursary_administrator_shows_what_is_left(client_for, administrator, yhiot, fund, award, within):
    with within():
        fold_fund_usage()
    page = text(client_for(administrator, yhiot).get("/"))
    assert "Quickline bursaries £9,100 available" in page


def test_a_fund_is_found_by_search(client_for, finance, yhiot, fund):
    page = client_for(finance, yhiot).get("/search/?q=quickline").content.decode()
    assert f"/sponsorships/funds/{fund.pk}/" in page


PAGES = [
    "funds/{fund}/",
    "funds/{fund}/awards/",
    "funds/{fund}/journal/",
    "funds/{fund}/counted/",
    "awards/{award}/",
]
FORMS = [
    "funds/{fund}/transfer/",
    "funds/{fund}/money/gift/",
    "awards/{award}/recover/",
    "awards/instalments/{part}/pay/",
]


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_what_another_institute_has_does_not_exist_here(client_for, people, liot, fund, award, within, path):
    with within():
        part = award.instalments.first()
    path = "/sponsorships/" + path.format(fund=fund.pk, award=award.pk, part=part.pk)
    assert client_for(people.at(liot).finance_officer, liot).get(path).status_code == 404
    unknown = re.sub(r"[0-9a-f-]{36}", str(new_id()), path)
    assert client_for(people.finance_officer, people._institute).get(unknown).status_code == 404


@pytest.mark.parametrize("path", FORMS)
def test_an_auditor_reads_and_changes_nothing(client_for, people, yhiot, fund, award, within, path):
    with within():
        part = award.instalments.first()
    client = client_for(people.auditor, yhiot)
    for page in PAGES:
        assert client.get("/sponsorships/" + page.format(fund=fund.pk, award=award.pk)).status_code == 200
    path = "/sponsorships/" + path.format(fund=fund.pk, award=award.pk, part=part.pk)
    assert client.get(path).status_code == client.post(path, {}).status_code == 403
