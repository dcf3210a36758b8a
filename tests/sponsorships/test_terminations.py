"""Ending an agreement early: in every party at once; what came stays, what is later goes, the terms stay readable."""

import datetime as dt

import pytest

from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.outbox.models import Entry, TimelineItem
from sponsorships.actions.agreements import deliver_benefit
from sponsorships.actions.amendments import Change, amend_agreement
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.actions.terminations import terminate_agreement
from sponsorships.actions.waivers import ask_to_waive
from sponsorships.models import (
    Agreement,
    AgreementShare,
    Benefit,
    Fund,
    Instalment,
    JournalEntry,
    PlannedInstalment,
    Waiver,
)
from sponsorships.reads.agreements import out_of_step
from sponsorships.rollups import fold_fund_usage, ledger_is_wrong
from tests.factories.agreements import make_draft, make_signed
from tests.factories.funds import make_award

ENDS = dt.date(2025, 3, 31)  # payments are due on 1 September 2024, 2025 and 2026
WHY, WHERE = "The sponsor was taken over", "Board minutes of 3 March 2025, item 4"


@pytest.fixture
def agreement(inside, yhiot, liot, people) -> Agreement:
    return make_signed(inside, people.director, [yhiot, liot])


def end(agreement, by, **facts):
    return terminate_agreement(
        agreement=agreement, by=by, **{"terminated_on": ENDS, "reason": WHY, "evidence": WHERE} | facts
    )


def test_later_payments_are_written_off_in_every_party_and_earlier_ones_stay_owed(agreement, people, yhiot, liot):
    end(agreement, people.director)
    for institute in (yhiot, liot):
        with institute_context(institute.id):
            share = AgreementShare.objects.get()
            assert (share.phase, share.terminated_on, share.termination_reason) == ("Ended early", ENDS, WHY)
            states = set(Instalment.objects.values_list("number", "state"))
            assert states == {(1, "scheduled"), (2, "waived"), (3, "waived")}
            owed = Instalment.objects.all().outstanding()
            assert sum(fund.held()["promised"] for fund in Fund.objects.all()) == owed > 0
            said = TimelineItem.objects.filter(subject_id=agreement.id, text__startswith="Agreement ended early").get()
            assert "on 31 March 2025: Quickline sponsorship, £" in said.text
            assert Entry.objects.filter(type="sponsorships.agreement_terminated").count() == 1
            fold_fund_usage()
            assert ledger_is_wrong() == []
    assert out_of_step() == []


def test_what_came_and_what_was_awarded_from_it_stand(agreement, people, yhiot):
    officer = people.finance_officer
    later = Instalment.objects.get(number=2, component__purpose="bursary")
    receipt = record_receipt(
        banked_on=dt.date(2025, 2, 1), payer="Quickline", reference="FP-1", pence=1_000_00, by=officer
    )
    match_receipt(receipt=receipt, instalment=later, pence=1_000_00, by=officer)
    fund = later.component.fund
    make_award(fund, 400_00, by=people.bursary_administrator)
    end(agreement, people.director)
    later.refresh_from_db()
    assert (later.state, later.paid_pence, later.written_off_pence) == ("waived", 1_000_00, later.pence - 1_000_00)
    assert (fund.held()["available"], fund.held()["committed"]) == (600_00, 400_00)


def test_the_terms_stay_readable(agreement, people):
    total, plan = agreement.total_pence, set(PlannedInstalment.objects.values_list("due_on", "pence"))
    ended = end(agreement, people.director)
    assert (ended.state, ended.total_pence) == ("terminated", total)
    assert (ended.terminated_by, ended.termination_evidence) == (people.director, WHERE)
    assert set(PlannedInstalment.objects.values_list("due_on", "pence")) == plan
    assert AgreementShare.objects.get().pence == sum(Instalment.objects.values_list("pence", flat=True))


def test_benefits_due_later_end_and_those_due_before_are_still_owed(agreement, people, inside):
    benefit = Benefit.objects.get()  # due on 1 July 2025
    end(agreement, people.director)
    benefit.refresh_from_db()
    assert benefit.ended_on == ENDS and not benefit.is_overdue
    with pytest.raises(Conflict, match="owed no longer"):
        deliver_benefit(benefit=benefit, delivered_on=dt.date(2025, 6, 1), by=inside)


def test_a_benefit_due_before_the_end_is_still_owed(agreement, people, inside):
    end(agreement, people.director, terminated_on=dt.date(2025, 7, 1))
    assert Benefit.objects.get().ended_on is None
    deliver_benefit(benefit=Benefit.objects.get(), delivered_on=dt.date(2025, 6, 1), by=inside)


def test_a_request_that_waited_is_settled_by_the_end(agreement, inside, people):
    later = Instalment.objects.filter(number=3).first()
    ask_to_waive(instalment=later, pence=later.pence, reason="Too much", by=inside)
    end(agreement, people.director)
    assert Waiver.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"evidence": ""}, "evidence"),
        ({"terminated_on": dt.date(2024, 8, 31)}, "terminated_on"),
        ({"terminated_on": dt.date(2027, 8, 31)}, "terminated_on"),
    ],
    ids=["no reason", "no evidence", "before the start", "not early"],
)
def test_an_end_is_refused_at_the_field_and_nothing_is_written(agreement, people, facts, field):
    with pytest.raises(DomainError) as refusal:
        end(agreement, people.director, **facts)
    assert refusal.value.field == field
    agreement.refresh_from_db()
    assert agreement.state == "signed"
    assert not JournalEntry.objects.exclude(kind="promised").exists()


def test_an_agreement_ends_once_and_is_not_amended_afterwards(agreement, people, inside):
    end(agreement, people.director)
    entries = JournalEntry.objects.count()
    with pytest.raises(Conflict, match="ended on 31 March 2025 already"):
        end(agreement, people.director)
    planned = PlannedInstalment.objects.first()
    with pytest.raises(Conflict, match="has ended"):
        amend_agreement(
            agreement=agreement,
            changes=[Change(planned.id, ENDS, planned.pence)],
            reason="Late",
            effective_on=ENDS,
            key=planned.id,
            by=inside,
        )
    assert JournalEntry.objects.count() == entries


def test_a_draft_has_nothing_to_end(inside, yhiot, people):
    with pytest.raises(Conflict, match="not signed"):
        end(make_draft(inside, [yhiot]), people.director)
