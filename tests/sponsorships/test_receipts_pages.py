"""The pages of receipts."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.context import institute_context
from crm.base.ids import new_id
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.actions.waivers import waive_instalment
from sponsorships.models import Fund, Instalment, Receipt
from tests.browser import in_every_look
from tests.factories.agreements import gift, make_signed
from tests.queries import own_queries


@pytest.fixture
def officer(people):
    return people.finance_officer


@pytest.fixture
def pages(client_for, officer, yhiot):
    return client_for(officer, yhiot)


@pytest.fixture
def within(yhiot, officer):
    return lambda: institute_context(yhiot.id, user_id=officer.id)


@pytest.fixture
def instalment(within, people, yhiot):
    due = (dt.date(2024, 9, 1), dt.date(2026, 9, 1))
    with within():
        parts = (gift("bursary", 100_00),)
        make_signed(people.partnership_manager, people.director, [yhiot], components=parts, due_dates=due)
        return Instalment.objects.get(number=1)


def _bank(officer, pence=70_00, reference="FP-1", payer="Quickline"):
    return record_receipt(banked_on=dt.date(2024, 9, 2), payer=payer, reference=reference, pence=pence, by=officer)


def test_money_is_recorded_matched_and_the_rest_taken_as_a_gift(instalment, pages, within):
    typed = {"banked_on": "2024-09-02", "payer": "Quickline", "reference": "FP-9", "pence": "70"}
    answer = pages.post(reverse("sponsorships:record_receipt"), typed)
    assert answer.status_code == 302
    with within():
        receipt = Receipt.objects.get()
        fund = Fund.objects.get()
    match = reverse("sponsorships:match", args=[receipt.pk])
    assert pages.get(match).context["form"].initial == {"instalment": instalment.pk, "pence": 50_00}
    refused = pages.post(match, {"instalment": instalment.pk, "pence": "70", "key": new_id()})
    assert refused.status_code == 422
    assert "Only £50.00 is outstanding" in refused.content.decode()
    assert pages.post(match, {"instalment": instalment.pk, "pence": "50", "key": new_id()}).status_code == 302
    gift_url = reverse("sponsorships:gift", args=[receipt.pk])
    assert pages.post(gift_url, {"fund": fund.pk, "pence": "20", "key": new_id()}).status_code == 302
    with within():
        receipt.refresh_from_db()
        assert (receipt.state, fund.held()["available"]) == ("matched", 70_00)
    shown = pages.get(reverse("sponsorships:receipt", args=[receipt.pk])).content.decode()
    assert "Gift to Quickline Communications bursaries" in shown


@pytest.mark.parametrize("step", ["match", "gift", "refund_receipt"])
def test_part_of_a_receipt_settled_by_a_form_that_is_sent_twice_is_settled_once(
    step, instalment, pages, within, officer
):
    with within():
        receipt, fund = _bank(officer), Fund.objects.get()
    typed = {"instalment": instalment.pk, "fund": fund.pk, "reason": "Paid twice", "pence": "20", "key": new_id()}
    url = reverse(f"sponsorships:{step}", args=[receipt.pk])
    assert [pages.post(url, typed).status_code for _ in range(2)] == [302, 302]
    refused = pages.post(url, typed | {"pence": "30"})
    assert refused.status_code == 422
    assert "This form was sent already with other details" in refused.content.decode()
    with within():
        receipt.refresh_from_db()
        assert (receipt.settled_pence, receipt.matches.count()) == (20_00, 1)
        assert fund.held()["available"] == (0 if step == "refund_receipt" else 20_00)
    assert pages.post(url, typed | {"key": new_id()}).status_code == 302, "a new form is a new decision"


def test_money_of_one_company_is_not_taken_for_what_another_promised_by_a_slip(instalment, pages, within, officer):
    with within():
        receipt = _bank(officer, pence=50_00, payer="Skipton Building Society")
    shown = pages.get(reverse("sponsorships:receipt", args=[receipt.pk]))
    assert shown.context["likely"] == [], "nothing of theirs is awaited"
    url = reverse("sponsorships:match", args=[receipt.pk])
    assert pages.get(url).context["form"].initial["instalment"] is None
    typed = {"instalment": instalment.pk, "pence": "50", "key": new_id()}
    refused = pages.post(url, typed)
    assert refused.status_code == 422 and list(refused.context["form"].errors) == ["for_another"]
    with within():
        assert not receipt.matches.exists()
    assert pages.post(url, typed | {"for_another": "on"}).status_code == 302, "they may pay for another"


def test_a_bank_reference_used_before_is_refused_at_its_field(within, officer, pages):
    with within():
        _bank(officer, reference="FP-1")
    typed = {"banked_on": "2024-09-02", "payer": "Quickline", "reference": "FP-1", "pence": "70"}
    answer = pages.post(reverse("sponsorships:record_receipt"), typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reference"]
    with within():
        assert Receipt.objects.count() == 1


def test_sending_back_is_for_those_who_move_money(within, officer, pages, client_for, people, yhiot):
    with within():
        receipt = _bank(officer)
    url = reverse("sponsorships:refund_receipt", args=[receipt.pk])
    assert client_for(people.partnership_manager, yhiot).post(url, {}).status_code == 403
    assert pages.post(url, {"pence": "70", "reason": "", "key": new_id()}).status_code == 422
    assert pages.post(url, {"pence": "70", "reason": "Meant for the college", "key": new_id()}).status_code == 302
    with within():
        receipt.refresh_from_db()
    assert receipt.state == "refunded"


@pytest.mark.parametrize("name", ["receipt", "match", "gift", "refund_receipt"])
def test_a_receipt_of_another_institute_does_not_exist(name, within, officer, client_for, people, liot):
    with within():
        receipt = _bank(officer)
    stranger = client_for(people.at(liot).finance_officer, liot)
    assert stranger.get(reverse(f"sponsorships:{name}", args=[receipt.pk])).status_code == 404


def test_an_instalment_of_another_institute_cannot_be_chosen(instalment, client_for, people, liot):
    theirs = people.at(liot).finance_officer
    with institute_context(liot.id, user_id=theirs.id):
        receipt = _bank(theirs)
    url = reverse("sponsorships:match", args=[receipt.pk])
    typed = {"instalment": instalment.pk, "pence": "1", "key": new_id()}
    assert client_for(theirs, liot).post(url, typed).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_whatever_its_length(rows, within, officer, pages):
    with within():
        for number in range(rows):
            _bank(officer, reference=f"FP-{number}")
    with own_queries() as queries:
        assert pages.get(reverse("sponsorships:receipts")).status_code == 200
    assert len(queries) == 7


@pytest.mark.browser
def test_receipt_pages_are_accessible_in_every_look(open_page, yhiot, within, officer, instalment, people):
    with within():
        receipt = _bank(officer)
        _bank(officer, reference="FP-2")
        of_written_off = match_receipt(
            receipt=_bank(officer, reference="FP-3"), instalment=instalment, pence=20_00, by=officer
        )
        instalment.refresh_from_db()
        waive_instalment(
            instalment=instalment, pence=instalment.outstanding_pence, reason="Insolvent", by=people.director
        )
    for name, args in (
        ("undo_match", [of_written_off.pk]),
        ("receipts", []),
        ("record_receipt", []),
        ("receipt", [receipt.pk]),
        ("match", [receipt.pk]),
        ("gift", [receipt.pk]),
        ("refund_receipt", [receipt.pk]),
    ):
        in_every_look(open_page, reverse(f"sponsorships:{name}", args=args), f"receipt-{name}", officer, yhiot)
