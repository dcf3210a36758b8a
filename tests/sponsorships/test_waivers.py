"""Letting a sponsor off a payment: two people or one with authority, once, and never with money that came meanwhile."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connections, transaction

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed, OverLimit
from crm.identity.roles import Role
from crm.outbox.models import TimelineItem
from sponsorships.actions.amendments import Change, amend_agreement
from sponsorships.actions.fund_money import write_off_promise
from sponsorships.actions.journal import reverse_entry
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.actions.waivers import approve_waiver, ask_to_waive, refuse_waiver, waive_instalment
from sponsorships.models import AgreementShare, Fund, Instalment, JournalEntry, PlannedInstalment, Waiver
from sponsorships.reads.agreements import expected_of, out_of_step, shares_of, standing, waivers_to_decide
from sponsorships.reads.funds import fund_usage
from sponsorships.rollups import fold_fund_usage, ledger_is_wrong
from tests.factories.agreements import gift, make_signed, make_sponsor
from tests.factories.identity import give_role, make_institute, make_user

WHY = "The sponsor is insolvent"


@pytest.fixture
def sponsor(inside):
    return make_sponsor()


@pytest.fixture
def agreement(inside, people, yhiot, sponsor):
    """Two payments of £500."""
    due = (dt.date(2025, 9, 1), dt.date(2026, 9, 1))
    return make_signed(
        inside, people.director, [yhiot], sponsor, components=(gift("bursary", 1_000_00),), due_dates=due
    )


@pytest.fixture
def instalment(agreement) -> Instalment:
    return Instalment.objects.get(number=2)


def bank(pence: int, people, to: Instalment, reference: str = "FP-1"):
    officer = people.finance_officer
    receipt = record_receipt(
        banked_on=dt.date(2025, 9, 3), payer="Quickline", reference=reference, pence=pence, by=officer
    )
    return match_receipt(receipt=receipt, instalment=to, pence=pence, by=officer)


def promised() -> int:
    return Fund.objects.get().held()["promised"]


def test_what_one_asks_another_approves_and_the_promise_goes_down(instalment, inside, people, agreement, sponsor):
    waiver = ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)
    assert promised() == 1_000_00
    approve_waiver(waiver=waiver, by=people.director)
    instalment.refresh_from_db()
    assert (instalment.state, instalment.written_off_pence, instalment.outstanding_pence) == ("waived", 500_00, 0)
    assert promised() == 500_00
    fold_fund_usage()
    usage = fund_usage(Fund.objects.get())
    assert (usage.promised_pence, usage.written_off_pence, usage.standing_promise_pence) == (1_000_00, 500_00, 500_00)
    assert standing(list(shares_of(sponsor)), list(expected_of(sponsor))).promised_pence == 500_00
    assert out_of_step() == [] and ledger_is_wrong() == []
    said = list(TimelineItem.objects.filter(subject_id=agreement.id).values_list("text", flat=True))
    assert "Written off: £500 due 1 September 2026, Quickline sponsorship" in said
    assert "Asked to write off £500 due 1 September 2026, Quickline sponsorship" in said


def test_nobody_approves_what_they_asked_for(instalment, inside):
    waiver = ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)
    with pytest.raises(NotAllowed):
        approve_waiver(waiver=waiver, by=inside)
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.update(state="approved", decided_by=inside, decided_at=dt.datetime.now(dt.UTC))
    assert promised() == 1_000_00


def test_who_may_decide_alone_writes_off_at_once_and_settles_what_was_asked(instalment, inside, people):
    asked = ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)
    assert (
        waive_instalment(instalment=instalment, pence=500_00, reason="Agreed by the board", by=people.director) == asked
    )
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.reason) == ("approved", people.director, WHY)
    assert not asked.is_by_authority
    assert not waivers_to_decide(people.director)
    assert promised() == 500_00


def test_a_refused_request_leaves_the_payment_owed_and_may_be_asked_again(instalment, inside, people):
    waiver = ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)
    assert list(waivers_to_decide(people.director)) == [waiver] and not waivers_to_decide(inside)
    refuse_waiver(waiver=waiver, reason="They will pay in spring", by=people.director)
    with pytest.raises(Conflict, match="decided already"):
        approve_waiver(waiver=waiver, by=people.director)
    assert promised() == 1_000_00
    ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)


def test_the_outstanding_part_alone_is_written_off(instalment, people):
    bank(200_00, people, instalment)
    waive_instalment(instalment=instalment, pence=300_00, reason=WHY, by=people.director)
    instalment.refresh_from_db()
    assert (instalment.state, instalment.paid_pence, instalment.written_off_pence) == ("waived", 200_00, 300_00)
    assert Fund.objects.get().held()["available"] == 200_00
    assert promised() == 500_00


def test_money_that_came_after_the_request_is_not_written_off_unseen(instalment, inside, people):
    waiver = ask_to_waive(instalment=instalment, pence=500_00, reason=WHY, by=inside)
    bank(200_00, people, instalment)
    with pytest.raises(Conflict, match="In the meantime £300.00 is outstanding"):
        approve_waiver(waiver=waiver, by=people.director)
    assert promised() == 800_00


@pytest.mark.parametrize("asked", [1, 500_01, 1_000_00])
def test_only_the_whole_of_what_is_outstanding_is_written_off(instalment, people, asked):
    with pytest.raises(Conflict):
        waive_instalment(instalment=instalment, pence=asked, reason=WHY, by=people.director)
    assert promised() == 1_000_00


def test_a_reason_is_asked_for(instalment, inside, people):
    for act in (ask_to_waive, waive_instalment):
        with pytest.raises(DomainError, match="reason"):
            act(instalment=instalment, pence=500_00, reason=" ", by=people.director)
    assert not Waiver.objects.exists() and promised() == 1_000_00


def test_what_was_written_off_is_neither_matched_nor_amended_nor_written_off_again(
    instalment, agreement, inside, people
):
    waive_instalment(instalment=instalment, pence=500_00, reason=WHY, by=people.director)
    with pytest.raises(OverLimit, match="written off"):
        bank(500_00, people, instalment)
    planned = PlannedInstalment.objects.get(number=2)
    with pytest.raises(Conflict, match="written off"):
        amend_agreement(
            agreement=agreement,
            changes=[Change(planned.id, planned.due_on, 600_00)],
            reason="More",
            effective_on=today(),
            key=agreement.id,
            by=inside,
        )
    with pytest.raises(Conflict, match="Nothing is outstanding"):
        waive_instalment(instalment=instalment, pence=500_00, reason=WHY, by=people.director)
    assert promised() == 500_00 and AgreementShare.objects.get().pence == 1_000_00


def test_the_entry_of_an_agreement_is_not_reversed_behind_its_back(instalment, people):
    waive_instalment(instalment=instalment, pence=500_00, reason=WHY, by=people.director)
    entry = JournalEntry.objects.get(kind="promise_written_off")
    with pytest.raises(Conflict, match="belongs to an agreement"):
        reverse_entry(entry=entry, memo="Undo", occurred_on=today(), by=people.finance_officer)


def test_a_fund_does_not_write_off_what_agreements_still_expect(instalment, people):
    with pytest.raises(OverLimit, match=r"still expect £1,000\.00"):
        write_off_promise(fund=Fund.objects.get(), pence=1, memo="Gone", key="w", by=people.finance_officer)
    assert promised() == 1_000_00


class TestTogether:
    """Real commits, several people at the same moment."""

    PEOPLE = 6

    @pytest.fixture
    def yhiot(self, committed):
        return make_institute("yhiot")

    @pytest.fixture
    def director(self, yhiot):
        director = make_user()
        give_role(director, yhiot, Role.DIRECTOR)
        return director

    @pytest.fixture
    def owed(self, yhiot, director) -> Instalment:
        with institute_context(yhiot.id, user_id=director.id):
            due = (dt.date(2025, 9, 1),)
            make_signed(make_user(), director, [yhiot], components=(gift("bursary", 100_00),), due_dates=due)
            return Instalment.objects.get()

    def _all_at_once(self, yhiot, director, acts) -> int:
        refused, ready = [], threading.Barrier(len(acts))

        def one(act) -> None:
            ready.wait()
            try:
                with institute_context(yhiot.id, user_id=director.id):
                    act()
            except (Conflict, OverLimit) as refusal:
                refused.append(refusal)
            connections.close_all()

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(refused)

    def test_of_several_who_write_off_at_once_one_does(self, yhiot, director, owed):
        def waive() -> None:
            waive_instalment(instalment=owed, pence=100_00, reason=WHY, by=director)

        assert self._all_at_once(yhiot, director, [waive] * self.PEOPLE) == self.PEOPLE - 1
        with institute_context(yhiot.id):
            assert Waiver.objects.count() == JournalEntry.objects.filter(kind="promise_written_off").count() == 1
            assert Fund.objects.get().held()["promised"] == 0

    def test_a_receipt_and_a_write_off_at_the_same_moment_take_the_promise_once(self, yhiot, director, owed):
        with institute_context(yhiot.id, user_id=director.id):
            receipt = record_receipt(
                banked_on=dt.date(2025, 9, 2), payer="Quickline", reference="FP-1", pence=100_00, by=director
            )

        def waive() -> None:
            waive_instalment(instalment=owed, pence=100_00, reason=WHY, by=director)

        def match() -> None:
            match_receipt(receipt=receipt, instalment=owed, pence=100_00, by=director)

        assert self._all_at_once(yhiot, director, [waive, match]) == 1
        with institute_context(yhiot.id):
            owed.refresh_from_db()
            held = Fund.objects.get().held()
            assert (owed.state, held["available"]) in (("waived", 0), ("paid", 100_00))
            assert held["promised"] == 0
            fold_fund_usage()
            assert ledger_is_wrong() == []
