"""Amendments: applied once, in every party, with the promises in the journal following."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import Entry
from sponsorships.actions.amendments import Change, amend_agreement
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.models import (
    Agreement,
    AgreementShare,
    Amendment,
    Fund,
    Instalment,
    JournalEntry,
    PlannedInstalment,
    ShareAmendment,
)
from sponsorships.reads.agreements import out_of_step
from tests.factories.agreements import SIGNED, make_draft, make_signed

EFFECTIVE = dt.date(2025, 8, 1)


@pytest.fixture
def agreement(inside, yhiot, liot, people) -> Agreement:
    return make_signed(inside, people.director, [yhiot, liot], is_total_shared=True)


def _payment(number: int, purpose: str = "bursary") -> PlannedInstalment:
    return PlannedInstalment.objects.get(number=number, component__purpose=purpose)


def _amend(agreement: Agreement, by, *changes: Change, key: uuid.UUID | None = None, **facts: object) -> Amendment:
    wanted = {"reason": "The sponsor's year moved", "effective_on": EFFECTIVE, "key": key or uuid.uuid4()} | facts
    return amend_agreement(agreement=agreement, changes=changes, by=by, **wanted)


def _promised(institute) -> int:
    with institute_context(institute.id):
        return sum(fund.held()["promised"] for fund in Fund.objects.all())


def test_a_date_moves_in_every_party_and_no_penny_with_it(agreement, inside, yhiot, liot):
    payment, later = _payment(2), dt.date(2025, 12, 1)
    _amend(agreement, inside, Change(payment.id, later, payment.pence))
    for institute in (yhiot, liot):
        with institute_context(institute.id):
            assert Instalment.objects.get(number=2, component__purpose="bursary").due_on == later
            assert not JournalEntry.objects.exclude(kind="promised").exists()
    assert _promised(yhiot) + _promised(liot) == 53_000_000
    assert out_of_step() == []


def test_a_larger_and_a_smaller_payment_reach_promises_plan_and_shares(agreement, inside, yhiot, liot):
    more, less = _payment(2), _payment(3, "equipment")
    _amend(
        agreement,
        inside,
        Change(more.id, more.due_on, more.pence + 1_000_01),
        Change(less.id, less.due_on, less.pence - 500_00),
    )
    agreement.refresh_from_db()
    assert agreement.total_pence == 53_000_000 + 500_01
    assert _promised(yhiot) + _promised(liot) == agreement.total_pence
    with institute_context(liot.id):
        share = AgreementShare.objects.get()
        assert share.total_pence == agreement.total_pence
        assert share.pence == sum(Instalment.objects.values_list("pence", flat=True))
        assert set(JournalEntry.objects.values_list("kind", flat=True)) == {"promised", "promise_written_off"}
    assert out_of_step() == []


def test_an_amendment_is_not_in_force_before_the_agreement_was_signed(agreement, inside):
    payment = _payment(2)
    with pytest.raises(DomainError, match="signed that day") as refusal:
        _amend(agreement, inside, Change(payment.id, payment.due_on, 0), effective_on=SIGNED - dt.timedelta(days=1))
    assert (refusal.value.field, Amendment.objects.count()) == ("effective_on", 0)


def test_a_payment_of_nothing_is_cancelled(agreement, inside, yhiot):
    payment = _payment(3)
    _amend(agreement, inside, Change(payment.id, payment.due_on, 0))
    assert Instalment.objects.get(number=3, component__purpose="bursary").state == "cancelled"


def test_an_amendment_sent_twice_is_applied_once(agreement, inside, yhiot, liot):
    payment, key = _payment(2), uuid.uuid4()
    change = Change(payment.id, payment.due_on, payment.pence + 100_00)
    first = _amend(agreement, inside, change, key=key)
    assert _amend(agreement, inside, change, key=key) == first
    assert Amendment.objects.count() == ShareAmendment.objects.count() == 1
    assert _promised(yhiot) + _promised(liot) == 53_000_000 + 100_00
    with institute_context(liot.id):
        assert Entry.objects.filter(type="sponsorships.agreement_amended").count() == 1


def test_the_earlier_terms_stay_readable_and_cannot_be_changed(agreement, inside, yhiot, liot):
    payment, later = _payment(2), dt.date(2025, 12, 1)
    amendment = _amend(agreement, inside, Change(payment.id, later, payment.pence))
    assert amendment.before["payments"][1]["due_on"] == "2025-09-01"
    assert amendment.after["payments"][1]["due_on"] == "2025-12-01"
    with pytest.raises(DatabaseError), transaction.atomic():
        Amendment.objects.update(reason="Nothing happened")
    with institute_context(liot.id):
        own = ShareAmendment.objects.get()
        assert own.before["pence"] == own.after["pence"] == 26_500_000  # its own terms, not the lead's


def test_a_payment_with_money_on_it_in_any_party_is_not_changed(agreement, inside, yhiot, liot, people):
    officer = people.at(liot).finance_officer
    with institute_context(liot.id, user_id=officer.id):
        receipt = record_receipt(
            banked_on=dt.date(2024, 9, 2), payer="Quickline", reference="B1", pence=100, by=officer
        )
        first = Instalment.objects.get(number=1, component__purpose="bursary")
        match_receipt(receipt=receipt, instalment=first, pence=100, by=officer)
    payment = _payment(1)
    with pytest.raises(Conflict, match="paid already"):
        _amend(agreement, inside, Change(payment.id, dt.date(2025, 1, 1), payment.pence))
    payment.refresh_from_db()
    assert payment.due_on == dt.date(2024, 9, 1)
    assert Instalment.objects.get(number=1, component__purpose="bursary").due_on == dt.date(2024, 9, 1)
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("change", "facts", "field"),
    [
        (lambda p: Change(p.id, p.due_on, p.pence), {}, "changes"),
        (lambda p: Change(uuid.uuid4(), p.due_on, p.pence), {}, "changes"),
        (lambda p: Change(p.id, p.due_on, -1), {}, "changes"),
        (lambda p: Change(p.id, dt.date(2020, 1, 1), p.pence), {}, "changes"),
        (lambda p: Change(p.id, p.due_on, p.pence + 1), {"reason": " "}, "reason"),
    ],
    ids=["nothing changed", "no such payment", "less than nothing", "before the start", "no reason"],
)
def test_an_amendment_is_refused_at_the_field_and_nothing_is_written(agreement, inside, change, facts, field):
    with pytest.raises(DomainError) as refusal:
        _amend(agreement, inside, change(_payment(2)), **facts)
    assert refusal.value.field == field
    assert not Amendment.objects.exists()


def test_an_agreement_cannot_be_amended_away(agreement, inside):
    with pytest.raises(DomainError, match="Nothing would be left"):
        _amend(agreement, inside, *(Change(p.id, p.due_on, 0) for p in PlannedInstalment.objects.all()))


def test_a_draft_is_redrafted_not_amended(inside, yhiot):
    agreement = make_draft(inside, [yhiot])
    payment = _payment(2)
    with pytest.raises(Conflict, match="not signed"):
        _amend(agreement, inside, Change(payment.id, payment.due_on, 1))
