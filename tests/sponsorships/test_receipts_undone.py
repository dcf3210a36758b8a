"""A match that was wrong is undone by another: instalment, fund and receipt go back together, and nothing is erased."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.outbox.models import TimelineItem
from sponsorships.actions.journal import reverse_entry, turn_entry
from sponsorships.actions.receipts import accept_as_gift, match_receipt, record_receipt, refund_receipt, undo_match
from sponsorships.actions.waivers import waive_instalment
from sponsorships.models import Fund, Instalment, JournalEntry, Receipt, ReceiptMatch
from sponsorships.reads.ledger_proof import ledger_faults
from sponsorships.rollups import fold_fund_usage
from tests.factories.agreements import gift, make_signed
from tests.factories.funds import make_award
from tests.sponsorships.reading import text

WHY = "The bank returned the payment"


@pytest.fixture
def officer(people):
    return people.finance_officer


@pytest.fixture
def instalment(inside, yhiot, people) -> Instalment:
    due = (dt.date(2024, 9, 1), dt.date(2025, 9, 1))
    make_signed(inside, people.director, [yhiot], components=(gift("bursary", 1000_00),), due_dates=due)
    return Instalment.objects.get(number=1)


@pytest.fixture
def receipt(inside, officer) -> Receipt:
    return record_receipt(banked_on=dt.date(2024, 9, 3), payer="Quickline", reference="FP-1", pence=500_00, by=officer)


@pytest.fixture
def match(instalment, receipt, officer) -> ReceiptMatch:
    return match_receipt(receipt=receipt, instalment=instalment, pence=500_00, by=officer)


def held() -> tuple[int, int]:
    balances = Fund.objects.get().held()
    return balances["promised"], balances["available"]


def sound() -> bool:
    return not any(ledger_faults().values())


def test_undoing_a_match_makes_the_instalment_owed_and_the_receipt_open_again(match, instalment, officer):
    undoing = undo_match(match=match, reason=WHY, by=officer)
    instalment.refresh_from_db()
    receipt = Receipt.objects.get()
    assert (instalment.state, instalment.paid_pence, instalment.outstanding_pence) == ("scheduled", 0, 500_00)
    assert (receipt.state, receipt.unmatched_pence) == ("unmatched", 500_00)
    assert held() == (1000_00, 0)
    assert (undoing.reverses, undoing.pence, undoing.made_by, undoing.reason) == (match, -500_00, officer, WHY)
    assert JournalEntry.objects.filter(kind="received").count() == 2
    assert sound()
    line = TimelineItem.objects.filter(subject_type="sponsorships.agreement").latest("happened_at")
    assert line.text == "£500 from Quickline is no longer received for the agreement"


def test_one_of_two_matches_is_undone_and_the_other_stands(instalment, receipt, officer):
    match_receipt(receipt=receipt, instalment=instalment, pence=200_00, by=officer)
    wrong = match_receipt(receipt=receipt, instalment=instalment, pence=300_00, by=officer)
    undo_match(match=wrong, reason=WHY, by=officer)
    instalment.refresh_from_db()
    receipt.refresh_from_db()
    assert (instalment.state, instalment.paid_pence) == ("part_paid", 200_00)
    assert (receipt.state, receipt.unmatched_pence) == ("part_matched", 300_00)
    match_receipt(receipt=receipt, instalment=instalment, pence=300_00, by=officer)
    assert (held(), sound()) == ((500_00, 500_00), True)


def test_a_gift_and_a_refund_are_undone_too(instalment, receipt, officer):
    taken = accept_as_gift(receipt=receipt, fund=Fund.objects.get(), pence=400_00, by=officer)
    sent = refund_receipt(receipt=receipt, pence=100_00, reason="Paid twice", by=officer)
    undo_match(match=taken, reason=WHY, by=officer)
    receipt.refresh_from_db()
    assert (receipt.state, held()) == ("part_matched", (1000_00, 0))
    undo_match(match=sent, reason="It never left", by=officer)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.settled_pence, sound()) == ("unmatched", 0, True)
    refund_receipt(receipt=receipt, pence=500_00, reason="All of it", by=officer)
    receipt.refresh_from_db()
    assert receipt.state == "refunded"


def test_what_the_fund_has_spent_cannot_be_undone_and_nothing_changes(match, instalment, people, officer):
    make_award(Fund.objects.get(), 300_00, by=people.bursary_administrator)
    with pytest.raises(OverLimit, match="Only £200.00 is left"):
        undo_match(match=match, reason=WHY, by=officer)
    instalment.refresh_from_db()
    assert (instalment.state, ReceiptMatch.objects.count(), sound()) == ("paid", 1, True)


def test_a_match_is_undone_once_with_a_reason(match, officer):
    with pytest.raises(DomainError) as refusal:
        undo_match(match=match, reason=" ", by=officer)
    assert refusal.value.field == "reason"
    undoing = undo_match(match=match, reason=WHY, by=officer)
    with pytest.raises(Conflict, match=f"{officer.name} undid this on {today():%-d %B %Y}"):
        undo_match(match=match, reason=WHY, by=officer)
    with pytest.raises(Conflict, match="itself undoes"):
        undo_match(match=undoing, reason=WHY, by=officer)
    assert ReceiptMatch.objects.count() == 2


def test_a_match_is_not_undone_once_the_rest_was_written_off(instalment, receipt, people, officer):
    match = match_receipt(receipt=receipt, instalment=instalment, pence=200_00, by=officer)
    instalment.refresh_from_db()
    waive_instalment(instalment=instalment, pence=300_00, reason="Insolvent", by=people.director)
    with pytest.raises(Conflict) as refusal:
        undo_match(match=match, reason=WHY, by=officer)
    assert refusal.value.message == (
        "£300.00 of this instalment was written off since, so it is not owed again. Refund £200.00 from the fund"
        f" “{Fund.objects.get().name}”; where less is left there, use “Return what the sponsor recalls”. What was meant"
        " for another instalment is recorded as a new receipt then."
    )
    assert (held(), sound()) == ((500_00, 200_00), True)


def test_what_is_said_instead_of_undoing_after_a_write_off_can_be_done(
    instalment, receipt, people, officer, client_for, yhiot
):
    match = match_receipt(receipt=receipt, instalment=instalment, pence=200_00, by=officer)
    instalment.refresh_from_db()
    waive_instalment(instalment=instalment, pence=300_00, reason="Insolvent", by=people.director)
    pages = client_for(officer, yhiot)
    page = pages.get(reverse("sponsorships:undo_match", args=[match.pk])).content.decode()
    assert "The rest of this instalment was written off" in page and 'name="reason"' not in page
    refund = reverse("sponsorships:money", args=[Fund.objects.get().pk, "refund"])
    assert refund in page and reverse("sponsorships:record_receipt") in page
    key = pages.get(refund).context["form"]["key"].value()
    sent = {"pence": "200", "memo": WHY, "key": str(key), "occurred_on": today().isoformat()}
    assert pages.post(refund, sent).status_code == 302
    again = record_receipt(banked_on=today(), payer="Quickline", reference="FP-1b", pence=200_00, by=officer)
    match_receipt(receipt=again, instalment=Instalment.objects.get(number=2), pence=200_00, by=officer)
    assert (held(), sound()) == ((300_00, 200_00), True)


def test_the_entry_of_a_receipt_is_not_reversed_behind_its_back(match, officer):
    entry = JournalEntry.objects.get(kind="received")
    with pytest.raises(Conflict, match="belongs to a receipt"):
        reverse_entry(entry=entry, memo="Undo", occurred_on=today(), by=officer)
    assert (held(), sound()) == ((500_00, 500_00), True)


def test_verify_names_a_reversal_that_left_its_match_standing_and_undoing_mends_it(match, instalment, officer):
    turn_entry(entry=JournalEntry.objects.get(kind="received"), memo="Undo", occurred_on=today(), by=officer)
    fold_fund_usage()
    faults = {name: rows for name, rows in ledger_faults().items() if rows}
    assert list(faults) == ["what receipts were matched for is in the journal"]
    assert faults["what receipts were matched for is in the journal"] == [
        f"receipt FP-1, fund {Fund.objects.get().name}: matched 50000 pence, its entries 0"
    ]
    undo_match(match=match, reason="Its entry was reversed", by=officer)
    instalment.refresh_from_db()
    assert (instalment.state, held(), sound()) == ("scheduled", (1000_00, 0), True)


def test_another_institutes_match_does_not_exist(match, liot, people):
    with institute_context(liot.id), pytest.raises(NotFound):
        undo_match(match=match, reason=WHY, by=people.at(liot).finance_officer)


def test_finance_undoes_it_from_the_receipt_and_the_page_says_who_and_why(match, client_for, yhiot, officer):
    pages = client_for(officer, yhiot)
    address = reverse("sponsorships:undo_match", args=[match.pk])
    receipt_page = reverse("sponsorships:receipt", args=[match.receipt_id])
    assert address in pages.get(receipt_page).content.decode()
    asked = text(pages.get(address))
    assert "The instalment is owed again" in asked and "£500.00 of the receipt waits for a decision" in asked
    assert pages.post(address, {"reason": ""}).status_code == 422
    answer = pages.post(address, {"reason": WHY}, follow=True)
    shown = text(answer)
    assert f"Undone by {officer.name} on {today():%-d %b %Y}: {WHY}" in shown
    assert address not in answer.content.decode()
    agreement = match.instalment.component.share.agreement_id
    assert "Undone" in text(pages.get(reverse("sponsorships:agreement", args=[agreement])))


def test_a_program_undoes_a_match_of_the_receipt_it_names(match, receipt, api_for, yhiot, officer):
    other = record_receipt(banked_on=today(), payer="Else", reference="FP-2", pence=1, by=officer)
    api = api_for(officer, yhiot)
    body = {"match": str(match.pk), "reason": WHY}
    assert api.post(f"receipts/{other.pk}/undo-match/", body).status_code == 404
    answer = api.post(f"receipts/{receipt.pk}/undo-match/", body)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["unmatched_pence"]) == ("unmatched", 500_00)
    assert [(m["pence"], m["reverses"]) for m in answer.json()["matches"]] == [(500_00, None), (-500_00, str(match.pk))]
    assert api.post(f"receipts/{receipt.pk}/undo-match/", body).status_code == 409
