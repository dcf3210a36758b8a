"""Several people match money at the same moment; what is owed is never matched twice."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from crm.base.context import institute_context
from crm.base.errors import OverLimit
from crm.identity.roles import Role
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.models import Fund, Instalment, Receipt
from tests.factories.agreements import gift, make_signed
from tests.factories.identity import give_role, make_institute, make_user

PEOPLE = 10


@pytest.fixture
def yhiot(committed):
    return make_institute("yhiot")


@pytest.fixture
def officer(yhiot):
    officer = make_user()
    give_role(officer, yhiot, Role.FINANCE_OFFICER)
    return officer


@pytest.fixture
def instalment(yhiot, officer) -> Instalment:
    """£100, due."""
    with institute_context(yhiot.id, user_id=officer.id):
        parts, due = (gift("bursary", 100_00),), (dt.date(2024, 9, 1),)
        make_signed(officer, make_user(), [yhiot], components=parts, due_dates=due)
        return Instalment.objects.get()


def _bank(officer, pence: int, reference: str) -> Receipt:
    return record_receipt(
        banked_on=dt.date(2024, 9, 2), payer="Quickline", reference=reference, pence=pence, by=officer
    )


def _all_at_once(act: Callable[[int], None]) -> int:
    """Everybody acts at the same moment; returns how many were refused for want of money."""
    refused, ready = [], threading.Barrier(PEOPLE)

    def one(number: int) -> None:
        ready.wait()
        try:
            act(number)
        except OverLimit as refusal:
            refused.append(refusal.message)
        connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(refused)


def test_ten_receipts_for_one_instalment_never_pay_more_than_it_is(yhiot, officer, instalment):
    with institute_context(yhiot.id, user_id=officer.id):
        receipts = [_bank(officer, 50_00, f"FP-{number}") for number in range(PEOPLE)]

    def match(number: int) -> None:
        with institute_context(yhiot.id, user_id=officer.id):
            match_receipt(receipt=receipts[number], instalment=instalment, pence=50_00, by=officer)

    assert _all_at_once(match) == PEOPLE - 2
    with institute_context(yhiot.id):
        instalment.refresh_from_db()
        assert (instalment.state, instalment.paid_pence) == ("paid", 100_00)
        assert Receipt.objects.filter(state="matched").count() == 2
        assert Fund.objects.get().held()["available"] == 100_00


def test_one_receipt_matched_by_ten_people_is_used_once(yhiot, officer, instalment):
    with institute_context(yhiot.id, user_id=officer.id):
        receipt = _bank(officer, 30_00, "FP-1")

    def match(number: int) -> None:
        with institute_context(yhiot.id, user_id=officer.id):
            match_receipt(receipt=receipt, instalment=instalment, pence=30_00, by=officer)

    assert _all_at_once(match) == PEOPLE - 1
    with institute_context(yhiot.id):
        assert Receipt.objects.get().unmatched_pence == 0
        assert Fund.objects.get().held()["available"] == 30_00
