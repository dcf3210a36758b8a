"""Receipts: matched to the penny, never twice, and never more than is owed."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound, OverLimit
from crm.outbox.models import Entry
from sponsorships.actions.receipts import accept_as_gift, match_receipt, record_receipt, refund_receipt, undo_match
from sponsorships.models import Fund, Instalment, JournalEntry, Purpose, Receipt, ReceiptMatch
from sponsorships.reads.agreements import expected_of, instalments_expected, likely_instalments, shares_of, standing
from tests.factories.agreements import gift, make_signed, make_sponsor

BANKED = dt.date(2024, 9, 3)


@pytest.fixture
def instalment(inside, yhiot, people) -> Instalment:
    """£40 of a promise of £100, due on 1 September 2024; £60 a year later."""
    due = (dt.date(2024, 9, 1), dt.date(2025, 9, 1))
    make_signed(inside, people.director, [yhiot], components=(gift(Purpose.BURSARY, 100_00),), due_dates=due)
    return Instalment.objects.get(number=1)


@pytest.fixture
def officer(people):
    return people.finance_officer


def _bank(officer, pence: int = 50_00, reference: str = "FP-1") -> Receipt:
    return record_receipt(
        banked_on=BANKED, payer="Quickline Communications", reference=reference, pence=pence, by=officer
    )


def _held(bucket: str) -> int:
    return Fund.objects.get().held()[bucket]


def test_a_matched_receipt_makes_a_promise_available(instalment, officer):
    receipt = _bank(officer)
    match_receipt(receipt=receipt, instalment=instalment, pence=50_00, by=officer)
    receipt.refresh_from_db()
    instalment.refresh_from_db()
    assert (receipt.state, receipt.unmatched_pence) == ("matched", 0)
    assert (instalment.state, instalment.paid_pence, instalment.outstanding_pence) == ("paid", 50_00, 0)
    assert (_held("promised"), _held("available"), _held("external")) == (50_00, 50_00, -100_00)
    assert Entry.objects.filter(type="sponsorships.receipt_matched").count() == 1


def test_a_bank_reference_that_reads_like_a_telephone_number_is_matched_and_undone(instalment, officer):
    receipt = _bank(officer, reference="FP 01234567890")
    match = match_receipt(receipt=receipt, instalment=instalment, pence=50_00, by=officer)
    assert _held("available") == 50_00
    undo_match(match=match, reason="Another sponsor's", by=officer)
    assert _held("available") == 0


def test_a_receipt_may_pay_an_instalment_in_part_and_be_split(instalment, officer):
    receipt = _bank(officer, 60_00)
    match_receipt(receipt=receipt, instalment=instalment, pence=20_00, by=officer)
    receipt.refresh_from_db()
    instalment.refresh_from_db()
    assert (receipt.state, receipt.unmatched_pence) == ("part_matched", 40_00)
    assert (instalment.state, instalment.outstanding_pence) == ("part_paid", 30_00)
    match_receipt(receipt=receipt, instalment=Instalment.objects.get(number=2), pence=40_00, by=officer)
    receipt.refresh_from_db()
    assert receipt.state == "matched"


def test_an_over_payment_stays_on_the_receipt_until_somebody_decides(instalment, officer):
    receipt = _bank(officer, 70_00)
    with pytest.raises(OverLimit, match="Only £50.00 is outstanding"):
        match_receipt(receipt=receipt, instalment=instalment, pence=70_00, by=officer)
    instalment.refresh_from_db()
    assert (instalment.paid_pence, _held("available")) == (0, 0)
    match_receipt(receipt=receipt, instalment=instalment, pence=50_00, by=officer)
    accept_as_gift(receipt=receipt, fund=Fund.objects.get(), pence=15_00, by=officer)
    refund_receipt(receipt=receipt, pence=5_00, reason="Paid twice", by=officer)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.unmatched_pence) == ("matched", 0)
    assert (_held("promised"), _held("available")) == (50_00, 65_00)


def test_no_more_is_matched_than_the_receipt_holds(instalment, officer):
    receipt = _bank(officer, 30_00)
    for settle in (
        lambda: match_receipt(receipt=receipt, instalment=instalment, pence=40_00, by=officer),
        lambda: accept_as_gift(receipt=receipt, fund=Fund.objects.get(), pence=40_00, by=officer),
        lambda: refund_receipt(receipt=receipt, pence=40_00, reason="x", by=officer),
    ):
        with pytest.raises(OverLimit, match="Only £30.00 of this receipt is left"):
            settle()
    assert not ReceiptMatch.objects.exists()


def test_a_receipt_sent_back_whole_is_refunded_and_the_journal_silent(instalment, officer):
    before = JournalEntry.objects.count()
    receipt = _bank(officer)
    refund_receipt(receipt=receipt, pence=50_00, reason="Meant for another college", by=officer)
    receipt.refresh_from_db()
    assert (receipt.state, JournalEntry.objects.count()) == ("refunded", before)


def test_a_bank_reference_is_used_once_in_an_institute(inside, officer, liot, people):
    _bank(officer, reference="FP-77")
    with pytest.raises(Conflict, match="recorded already") as refusal:
        _bank(officer, reference="fp-77 ")
    assert refusal.value.field == "reference"
    assert Receipt.objects.count() == 1
    with institute_context(liot.id):
        assert _bank(people.at(liot).finance_officer, reference="FP-77").reference == "FP-77"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"pence": 0}, "pence"),
        ({"banked_on": dt.date(2199, 1, 1)}, "banked_on"),
        ({"payer": " "}, "payer"),
        ({"reference": " "}, "reference"),
    ],
)
def test_a_receipt_is_refused_at_the_field(inside, officer, facts, field):
    wanted = {"banked_on": BANKED, "payer": "Quickline", "reference": "FP-1", "pence": 1} | facts
    with pytest.raises(DomainError) as refusal:
        record_receipt(by=officer, **wanted)
    assert refusal.value.field == field
    assert not Receipt.objects.exists()


def test_nothing_and_less_than_nothing_are_refused(instalment, officer):
    receipt = _bank(officer)
    for pence in (0, -1):
        with pytest.raises(DomainError, match="above zero"):
            match_receipt(receipt=receipt, instalment=instalment, pence=pence, by=officer)


def test_what_another_company_paid_is_for_this_sponsor_only_if_somebody_says_so(instalment, officer):
    facts = {"banked_on": BANKED, "payer": "Skipton Building Society", "reference": "FP-9", "pence": 20_00}
    receipt = record_receipt(**facts, by=officer)
    with pytest.raises(Conflict, match="Skipton Building Society paid, and Quickline") as refused:
        match_receipt(receipt=receipt, instalment=instalment, pence=20_00, by=officer)
    assert refused.value.field == "for_another" and not ReceiptMatch.objects.exists()
    match_receipt(receipt=receipt, instalment=instalment, pence=20_00, for_another=True, by=officer)
    assert _held("available") == 20_00


def test_another_institutes_receipts_and_instalments_do_not_exist(instalment, officer, liot, people):
    receipt = _bank(officer)
    theirs = people.at(liot).finance_officer
    with institute_context(liot.id):
        assert not Receipt.objects.exists()
        with pytest.raises(NotFound):
            match_receipt(receipt=receipt, instalment=instalment, pence=1, by=theirs)
        own = _bank(theirs)
        with pytest.raises(NotFound):
            match_receipt(receipt=own, instalment=instalment, pence=1, by=theirs)


def test_the_database_refuses_an_overpaid_instalment_and_a_lost_match(instalment, officer):
    receipt = _bank(officer)
    match_receipt(receipt=receipt, instalment=instalment, pence=50_00, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(pk=instalment.pk).update(paid_pence=60_00)
    with pytest.raises(IntegrityError, match="add up to"), transaction.atomic():
        Receipt.objects.update(settled_pence=1)
        transaction.get_connection().check_constraints()
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceiptMatch.objects.all().delete()


def test_unmatched_receipts_come_first(instalment, officer):
    settled, waiting = _bank(officer, reference="A"), _bank(officer, reference="B")
    match_receipt(receipt=settled, instalment=instalment, pence=50_00, by=officer)
    assert list(Receipt.objects.open_first()) == [waiting, settled]


def test_the_payers_own_instalments_are_offered_first_however_many_of_others_are_due_before(
    instalment, officer, inside, yhiot, people, monkeypatch
):
    due = (dt.date(2026, 9, 1), dt.date(2027, 3, 1), dt.date(2027, 8, 1))
    parts, sponsor = (gift(Purpose.EQUIPMENT, 90_00),), make_sponsor("Siemens Energy")
    make_signed(inside, people.director, [yhiot], sponsor, components=parts, due_dates=due)
    facts = {"banked_on": BANKED, "payer": "SIEMENS ENERGY", "by": officer}
    receipt = record_receipt(reference="S-1", pence=30_00, **facts)
    monkeypatch.setattr("sponsorships.reads.agreements.MOST_OFFERED", 4)
    offered = [(i.component.share.sponsor_name, i.due_on) for i in likely_instalments(receipt)]
    assert offered == [*(("Siemens Energy", day) for day in due), ("Quickline Communications", dt.date(2024, 9, 1))]
    second = Instalment.objects.get(due_on=due[1])
    match_receipt(receipt=receipt, instalment=second, pence=10_00, by=officer)
    of_what_is_left = record_receipt(reference="S-2", pence=20_00, **facts)
    assert [i.due_on for i in likely_instalments(of_what_is_left)][:3] == [due[1], due[0], due[2]]
    nobodys = record_receipt(reference="S-3", pence=50_00, **facts | {"payer": "Arco"})
    assert likely_instalments(nobodys)[0].outstanding_pence == 50_00


def test_late_and_coming_instalments_are_listed_soonest_first(instalment, officer):
    Instalment.objects.filter(number=2).update(due_on=today() + dt.timedelta(days=5))
    assert [(i.number, i.is_overdue) for i in instalments_expected()] == [(1, True), (2, False)]
    match_receipt(receipt=_bank(officer), instalment=instalment, pence=50_00, by=officer)
    assert [i.number for i in instalments_expected()] == [2]
    assert Instalment.objects.outstanding() == 50_00


def test_the_standing_of_a_sponsor_says_promised_received_and_late(inside, yhiot, people, officer):
    sponsor = make_sponsor()
    due = (dt.date(2024, 9, 1), dt.date(2025, 9, 1))
    make_signed(inside, people.director, [yhiot], sponsor, components=(gift("bursary", 100_00),), due_dates=due)
    first = Instalment.objects.get(number=1)
    match_receipt(receipt=_bank(officer, 20_00), instalment=first, pence=20_00, by=officer)
    Instalment.objects.filter(number=2).update(due_on=today() + dt.timedelta(days=5))
    now = standing(list(shares_of(sponsor)), list(expected_of(sponsor)))
    assert (now.promised_pence, now.received_pence, now.overdue_pence) == (100_00, 20_00, 30_00)
    assert now.next_due == Instalment.objects.get(number=2)  # what is late stands by itself
