"""What a gift in kind is worth: bases side by side, rates to the penny, and always a second person."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from crm.base.clock import now, today
from crm.base.errors import Conflict, DomainError, NotAllowed
from sponsorships.actions.contributions import LineFacts, accept_contribution, deliver_contribution
from sponsorships.actions.valuations import EvidenceFacts, approve_valuation, return_valuation, submit_valuation
from sponsorships.models import Contribution, ContributionLine, Evidence, Valuation
from sponsorships.models.rate_card import RATE_CARD, priced, rate_of, rates_on
from sponsorships.reads.contributions import counted_in_kind, dossiers, valuations_to_approve
from tests.factories.contributions import make_contribution, make_counted, make_valuation

Basis, State, Unit = Valuation.Basis, Valuation.State, ContributionLine.Unit
PAPER = [EvidenceFacts(Evidence.Kind.INVOICE, "INV-2291")]


def test_nobody_approves_their_own_valuation_whatever_their_roles(inside, people):
    director = people.director
    valuation = make_valuation(make_contribution(inside), director)
    with pytest.raises(NotAllowed, match="Somebody else"):
        approve_valuation(valuation=valuation, by=director)
    with pytest.raises(NotAllowed):
        return_valuation(valuation=valuation, reason="Too much", by=director)
    valuation.refresh_from_db()
    assert (valuation.state, valuation.decided_by) == (State.SUBMITTED, None)


def test_the_database_refuses_self_approval_too(inside):
    valuation = make_valuation(make_contribution(inside), inside)
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        Valuation.objects.update(state=State.APPROVED, decided_by=inside, decided_at=now())
    valuation.refresh_from_db()
    assert valuation.state == State.SUBMITTED


def test_a_valuation_counts_only_when_approved_and_the_gift_accepted(inside, people):
    contribution = make_contribution(inside)
    valuation = make_valuation(contribution, inside, 18_500_00)
    contribution = deliver_contribution(contribution=contribution, delivered_on=today(), by=inside)
    assert counted_in_kind() == 0
    approve_valuation(valuation=valuation, by=people.director)
    assert counted_in_kind() == 0
    accept_contribution(contribution=contribution, by=inside)
    assert counted_in_kind() == 18_500_00


def test_declared_and_comparator_stay_side_by_side_and_the_declared_value_never_counts(inside, people):
    contribution = make_counted(inside, people.director, 18_500_00)
    declared = make_valuation(contribution, inside, 22_000_00, basis=Basis.DONOR_DECLARED, evidence=[])
    approve_valuation(valuation=declared, by=people.director)
    card = dossiers(contribution)[0]
    assert (card.declared.pence, card.comparator.pence, card.accepted.pence) == (22_000_00, 18_500_00, 18_500_00)
    assert counted_in_kind() == 18_500_00


def test_the_strongest_approved_basis_counts_once_per_line(inside, people):
    contribution = make_counted(inside, people.director, 18_500_00)
    for basis, pence in ((Basis.INDEPENDENT, 17_000_00), (Basis.INVOICE, 16_000_00)):
        approve_valuation(valuation=make_valuation(contribution, inside, pence, basis=basis), by=people.director)
    assert counted_in_kind() == 16_000_00


def test_a_new_version_takes_the_place_of_the_approved_one_when_approved(inside, people):
    contribution = make_counted(inside, people.director, 18_500_00)
    newer = make_valuation(contribution, inside, 15_000_00)
    assert (newer.version, counted_in_kind()) == (2, 18_500_00)
    approve_valuation(valuation=newer, by=people.director)
    assert counted_in_kind() == 15_000_00
    assert list(Valuation.objects.order_by("version").values_list("state", flat=True)) == ["superseded", "approved"]


def test_two_approved_valuations_of_one_basis_are_impossible(inside, people):
    contribution = make_counted(inside, people.director)
    make_valuation(contribution, inside)
    with pytest.raises(IntegrityError, match="one_approved"), transaction.atomic():
        Valuation.objects.filter(state=State.SUBMITTED).update(
            state=State.APPROVED, decided_by=people.director, decided_at=now()
        )


def test_a_returned_valuation_says_why_and_may_be_submitted_again(inside, people):
    contribution = make_contribution(inside)
    returned = return_valuation(
        valuation=make_valuation(contribution, inside), reason="Which dealer?", by=people.director
    )
    assert (returned.state, returned.decision_reason) == (State.RETURNED, "Which dealer?")
    assert Contribution.objects.to_value().exists()
    assert make_valuation(contribution, inside).version == 2


def test_a_decision_is_made_once(inside, people):
    valuation = make_valuation(make_contribution(inside), inside)
    approve_valuation(valuation=valuation, by=people.director)
    with pytest.raises(Conflict, match="no longer waiting"):
        return_valuation(valuation=valuation, reason="Too late", by=people.director)


def test_asking_for_a_change_needs_words(inside, people):
    with pytest.raises(DomainError, match="what should change"):
        return_valuation(valuation=make_valuation(make_contribution(inside), inside), reason=" ", by=people.director)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"pence": None}, "pence"),
        ({"pence": 0}, "pence"),
        ({"evidence": []}, "evidence_reference"),
        ({"basis": Basis.RATE_CARD, "rate_code": "none"}, "rate_code"),
        ({"basis": Basis.RATE_CARD, "rate_code": "skilled-2011"}, "rate_code"),
        ({"basis": Basis.RATE_CARD, "rate_code": "skilled-2024"}, "basis"),
    ],
    ids=["no figure", "nought", "no evidence", "no such rate", "a rate out of force", "robots have no day rate"],
)
def test_a_valuation_is_refused_at_the_field_and_nothing_is_written(inside, facts, field):
    with pytest.raises(DomainError) as refusal:
        make_valuation(make_contribution(inside), inside, **facts)
    assert refusal.value.field == field
    assert not Valuation.objects.exists()


def test_a_withdrawn_gift_is_not_valued(inside):
    contribution = make_contribution(inside)
    Contribution.objects.update(state=Contribution.State.WITHDRAWN)
    with pytest.raises(Conflict):
        make_valuation(contribution, inside)


def test_seconded_days_are_priced_by_the_card_and_keep_their_rate(inside):
    contribution = make_contribution(
        inside, kind=Contribution.Kind.SECONDED_STAFF, lines=[LineFacts("Controls engineer", 12_50, Unit.DAY)]
    )
    valuation = make_valuation(contribution, inside, basis=Basis.RATE_CARD, rate_code="professional-2024", evidence=[])
    assert (valuation.pence, valuation.rate_pence_per_day) == (4_375_00, 350_00)


def test_approvers_are_shown_what_others_valued_oldest_first(inside, people):
    theirs = make_valuation(make_contribution(inside), inside)
    own = make_valuation(make_contribution(inside), people.director)
    Valuation.objects.filter(pk=theirs.pk).update(valued_on=today() - dt.timedelta(days=3))
    assert list(valuations_to_approve(people.director)) == [theirs]
    assert list(valuations_to_approve(inside)) == [own]


def test_the_parts_of_one_card_never_overlap():
    for rate in RATE_CARD:
        family = rate.code.rsplit("-", 1)[0]
        for day in (rate.in_force_from, rate.in_force_until or dt.date(2199, 1, 1)):
            assert [r.code for r in rates_on(day) if r.code.startswith(family)] == [rate.code]
        assert rate.source


@given(quantity=st.integers(1, 10**7), rate=st.sampled_from(RATE_CARD), unit=st.sampled_from(["hour", "day"]))
def test_a_rate_card_value_is_quantity_times_rate_to_the_penny(quantity, rate, unit):
    hours = 7 if unit == "hour" else 1
    exact_times = 100 * hours
    pence = priced(rate, quantity, unit)
    assert abs(pence * exact_times - quantity * rate.pence_per_day) * 2 <= exact_times
    whole = priced(rate, 100, "day")
    assert whole == rate.pence_per_day == priced(rate, 700, "hour")


def test_half_pennies_go_up():
    assert priced(rate_of("unskilled-2011"), 1, "hour") == 7  # a hundredth of an hour at £50 a day is 7.14 pence
    assert priced(rate_of("professional-2024"), 1, "hour") == 50
    assert submit_valuation.is_action
