"""Gifts in kind: their states, their lines, and who sees them."""

import datetime as dt

import pytest

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotFound
from crm.core import search
from crm.outbox.models import Entry, TimelineItem
from sponsorships.actions.contributions import (
    LineFacts,
    accept_contribution,
    agree_contribution,
    decline_contribution,
    deliver_contribution,
    record_contribution,
    withdraw_contribution,
)
from sponsorships.models import Contribution, ContributionLine
from sponsorships.reads.contributions import counted_in_kind
from tests.factories.contributions import make_contribution, make_counted, make_valuation
from tests.factories.employers import make_employer

Kind, State = Contribution.Kind, Contribution.State


def test_recording_writes_lines_search_timeline_and_the_fact(inside):
    employer = make_employer("Siemens Energy")
    contribution = make_contribution(inside, employer, title="Turbine test rig")
    assert [(line.number, line.item, line.quantity) for line in contribution.lines.all()] == [(1, "Robot", "1")]
    assert [hit.object_id for hit in search.find("turbine", kinds=["sponsorships.contribution"])] == [contribution.id]
    assert Entry.objects.get(subject_id=contribution.id).type == "sponsorships.contribution_recorded"
    assert TimelineItem.objects.filter(subject_id=employer.id).get().text == "Offered: Turbine test rig"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"lines": []}, "item"),
        ({"lines": [LineFacts("Robot", quantity_hundredths=0)]}, "quantity"),
        ({"offered_on": dt.date(2199, 1, 1)}, "offered_on"),
        ({"kind": Kind.EQUIPMENT_LENT}, "return_on"),
        ({"lines": [LineFacts("Robot", return_on=dt.date(2199, 1, 1))]}, "return_on"),
    ],
    ids=["no line", "no quantity", "in the future", "lent for ever", "given and yet due back"],
)
def test_a_contribution_is_refused_at_the_field_and_nothing_is_written(inside, facts, field):
    with pytest.raises(DomainError) as refusal:
        make_contribution(inside, **facts)
    assert refusal.value.field == field
    assert not Contribution.objects.exists()
    assert not ContributionLine.objects.exists()


def test_lent_equipment_keeps_its_return_date(inside):
    back = today() + dt.timedelta(days=90)
    lent = make_contribution(inside, kind=Kind.EQUIPMENT_LENT, lines=[LineFacts("Cobot", return_on=back)])
    assert lent.lines.get().return_on == back


def test_a_contribution_walks_from_offer_to_acceptance(inside):
    contribution = make_contribution(inside)
    assert agree_contribution(contribution=contribution, by=inside).state == State.AGREED
    assert deliver_contribution(contribution=contribution, delivered_on=today(), by=inside).state == State.DELIVERED
    accepted = accept_contribution(contribution=contribution, by=inside)
    assert (accepted.state, accepted.delivered_on, accepted.accepted_on) == (State.ACCEPTED, today(), today())


def test_what_was_not_delivered_cannot_be_accepted(inside):
    contribution = make_contribution(inside)
    with pytest.raises(Conflict):
        accept_contribution(contribution=contribution, by=inside)
    contribution.refresh_from_db()
    assert contribution.state == State.OFFERED


def test_an_accepted_contribution_can_be_neither_declined_nor_withdrawn(inside, people):
    contribution = make_counted(inside, people.director)
    for close in (decline_contribution, withdraw_contribution):
        with pytest.raises(Conflict):
            close(contribution=contribution, reason="Changed our minds", by=inside)
    contribution.refresh_from_db()
    assert contribution.state == State.ACCEPTED


def test_declining_needs_a_reason(inside):
    contribution = make_contribution(inside)
    with pytest.raises(DomainError, match="Give the reason"):
        decline_contribution(contribution=contribution, reason="  ", by=inside)
    assert decline_contribution(contribution=contribution, reason="No room", by=inside).state_reason == "No room"


def test_delivery_cannot_come_before_the_offer(inside):
    contribution = make_contribution(inside)
    with pytest.raises(DomainError, match="before it was offered"):
        deliver_contribution(contribution=contribution, delivered_on=today() - dt.timedelta(days=1), by=inside)


def test_an_institute_neither_sees_nor_moves_what_another_was_given(inside, liot, people):
    contribution = make_contribution(inside)
    with institute_context(liot.id):
        assert not Contribution.objects.exists()
        with pytest.raises(NotFound):
            agree_contribution(contribution=contribution, by=people.at(liot).partnership_manager)
        assert counted_in_kind() == 0


def test_in_kind_counts_by_employer_and_by_day_of_delivery(inside, people):
    given, other = make_employer("Bakkavor"), make_employer("Siemens")
    make_counted(inside, people.director, 20_000_00, employer=given)
    make_counted(inside, people.director, 5_000_00, employer=other)
    tomorrow = today() + dt.timedelta(days=1)
    assert counted_in_kind() == 25_000_00
    assert counted_in_kind(employer=given) == 20_000_00
    assert counted_in_kind(employer=given, since=today(), until=today()) == 20_000_00
    assert counted_in_kind(employer=given, since=tomorrow) == 0


def test_the_tabs_follow_the_work(inside, people):
    def tabs(contribution):
        rows = Contribution.objects.filter(pk=contribution.pk)
        return [name for name in ("to_value", "to_approve", "accepted") if getattr(rows, name)().exists()]

    contribution = make_contribution(inside)
    assert tabs(contribution) == ["to_value"]
    make_valuation(contribution, inside)
    assert tabs(contribution) == ["to_approve"]
    assert tabs(make_counted(inside, people.director)) == ["accepted"]


def test_a_contribution_under_an_agreement_belongs_to_its_sponsor(inside):
    """An agreement share of another employer is refused before anything is written."""

    class Share:
        employer_id = make_employer("Somebody else").id

    with pytest.raises(DomainError, match="another employer"):
        record_contribution(
            employer=make_employer(), kind=Kind.OTHER, title="x", lines=[LineFacts("x")], share=Share(), by=inside
        )
