"""Who is reminded of instalments and valuations, when, and when not after all."""

import datetime as dt

import pytest

from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.identity.models import Membership
from crm.mail.models import Occurrence, Suppression
from crm.mail.render import render_reminder
from employers.models import ContactRole
from sponsorships.actions.receipts import match_receipt, record_receipt
from sponsorships.actions.valuations import approve_valuation
from sponsorships.models import Instalment
from sponsorships.reads.reaching import nobody_to_write_to
from sponsorships.reminders import ContributionAwaitingApproval, InstalmentDue
from tests.factories.agreements import gift, make_signed, make_sponsor
from tests.factories.contributions import make_contribution, make_valuation
from tests.factories.employers import make_contact
from tests.factories.identity import give_role, make_user
from workers.reminders import plan_one

DUE = dt.date(2026, 3, 2)
AS_OF = dt.date(2026, 2, 9)
DAY = dt.timedelta(days=1)


@pytest.fixture
def sponsor(inside):
    sponsor = make_sponsor()
    sponsor.owner = inside
    sponsor.save()
    make_contact(sponsor, "Fay Penny", roles=(ContactRole.Role.FINANCE,), email="fay@quickline.example")
    make_contact(sponsor, "Moe Main", roles=(ContactRole.Role.MAIN,))
    return sponsor


@pytest.fixture
def instalment(sponsor, inside, people, yhiot) -> Instalment:
    facts = {"components": (gift("bursary", 1_000_00),), "due_dates": (DUE,)}
    make_signed(inside, people.director, [yhiot], sponsor, **facts)
    ContactRole.objects.update(starts_on=dt.date(2020, 1, 1))
    return Instalment.objects.get()


def _planned(reminder, as_of=AS_OF) -> list[Occurrence]:
    plan_one(reminder(), as_of)
    return list(Occurrence.objects.order_by("recipient_email"))


def test_the_finance_contact_alone_is_reminded_a_fortnight_before(instalment):
    planned = _planned(InstalmentDue)
    assert [(o.recipient_name, o.due_on) for o in planned] == [("Fay Penny", DUE - dt.timedelta(days=14))]
    assert _planned(InstalmentDue) == planned  # planned again, still once


def test_the_reminder_says_what_is_due_and_answers_go_to_the_owner(instalment, inside):
    occurrence = _planned(InstalmentDue)[0]
    said = render_reminder(occurrence)
    assert said.subject == "£1,000.00 is due on 2 March 2026: Quickline sponsorship"
    assert "Please name QL-" in said.text
    assert InstalmentDue().reply_to(occurrence) == inside.email


def test_a_finance_contact_who_left_is_not_written_to(instalment, sponsor):
    sponsor.contacts.filter(name="Fay Penny").update(left_on=AS_OF)
    kept = _planned(InstalmentDue)
    assert [(o.recipient_email, o.state, o.reason) for o in kept] == [("", "skipped", InstalmentDue.nobody)]


def test_a_sponsor_without_a_finance_contact_is_noted_once_and_needs_a_person(instalment, sponsor):
    sponsor.contacts.filter(name="Fay Penny").update(left_on=AS_OF)
    (kept,) = _planned(InstalmentDue)
    assert _planned(InstalmentDue, AS_OF + dt.timedelta(days=1)) == [kept]
    assert list(Occurrence.objects.needing_attention()) == [kept]
    assert render_reminder(kept).subject.startswith("£1,000.00 is due")


def test_one_with_a_finance_contact_but_no_address_is_noted_by_name(instalment, sponsor):
    sponsor.contacts.filter(name="Fay Penny").update(email="")
    (kept,) = _planned(InstalmentDue)
    assert (kept.recipient_name, kept.state, kept.reason) == ("Fay Penny", "skipped", "no e-mail address")


def test_it_needs_nobody_any_more_once_there_is_a_finance_contact(instalment, sponsor):
    sponsor.contacts.filter(name="Fay Penny").update(left_on=AS_OF)
    _planned(InstalmentDue)
    sponsor.contacts.update(left_on=None)
    noted, planned = _planned(InstalmentDue)
    assert (planned.recipient_name, planned.state) == ("Fay Penny", "planned")
    assert (noted.state, noted.dealt_with_at is not None) == ("skipped", True)
    assert not Occurrence.objects.needing_attention().exists()


def test_who_cannot_be_reminded_of_what_is_due_soon(sponsor, inside, people, yhiot):
    due_on = today() + dt.timedelta(days=20)
    facts = {"components": (gift("bursary", 1_000_00),), "due_dates": (due_on,), "ends_on": due_on}
    make_signed(inside, people.director, [yhiot], sponsor, **facts)
    assert not nobody_to_write_to().exists()
    stopped = Suppression.objects.create(email="fay@quickline.example", reason=Suppression.Reason.REFUSED)
    assert nobody_to_write_to().count() == 1
    Suppression.objects.filter(pk=stopped.pk).update(lifted_at=now())
    assert not nobody_to_write_to().exists()
    sponsor.contacts.filter(name="Fay Penny").update(left_on=today())
    assert nobody_to_write_to().count() == 1


def test_a_paid_instalment_is_not_reminded_of_even_when_planned(instalment, people):
    occurrence = _planned(InstalmentDue)[0]
    officer = people.finance_officer
    receipt = record_receipt(
        banked_on=dt.date(2026, 2, 1), payer="Quickline", reference="FP-1", pence=1_000_00, by=officer
    )
    match_receipt(receipt=receipt, instalment=instalment, pence=1_000_00, by=officer)
    assert InstalmentDue().still_wanted(occurrence) == "the instalment is paid or cancelled"
    assert [o.state for o in _planned(InstalmentDue)] == ["cancelled"]


def test_everybody_who_may_approve_is_asked_but_not_the_valuer(inside, people, yhiot, liot):
    valuer = people.director
    second, third = make_user("Second Director"), make_user("Third Director")
    for user in (second, third):
        give_role(user, yhiot, "director")
    assert people.at(liot).director  # of another institute: not asked
    with institute_context(yhiot.id, user_id=inside.id):
        valuation = make_valuation(make_contribution(inside), valuer)
        planned = _planned(ContributionAwaitingApproval, today())
        assert {o.recipient_id for o in planned} == {second.id, third.id}
        assert {o.recipient_email for o in planned} == {second.email, third.email}
        assert {o.due_on for o in planned} == {today() + dt.timedelta(days=1)}
        said = render_reminder(planned[0])
        assert said.subject == "To approve: Welding robot, £18,500"
        assert str(valuation.line.contribution_id) in said.text
        assert ContributionAwaitingApproval().still_wanted(planned[0]) is None


def test_a_decided_valuation_is_not_reminded_of(inside, people):
    valuation = make_valuation(make_contribution(inside), inside)
    occurrence = Occurrence(subject_id=valuation.id)
    assert people.director
    approve_valuation(valuation=valuation, by=people.director)
    assert ContributionAwaitingApproval().still_wanted(occurrence) == "somebody has decided on it"
    assert _planned(ContributionAwaitingApproval, today()) == []


def test_a_valuation_that_nobody_may_approve_needs_a_person_until_somebody_may(inside, people):
    make_valuation(make_contribution(inside), inside)
    Membership.objects.filter(user=people.director).update(is_active=False)
    (noted,) = _planned(ContributionAwaitingApproval, today() + DAY)
    assert (noted.state, noted.reason) == ("skipped", ContributionAwaitingApproval.nobody)
    assert list(Occurrence.objects.needing_attention()) == [noted]
    Membership.objects.filter(user=people.director).update(is_active=True)
    assert people.director.email in {o.recipient_email for o in _planned(ContributionAwaitingApproval, today() + DAY)}
    assert not Occurrence.objects.needing_attention().exists()
