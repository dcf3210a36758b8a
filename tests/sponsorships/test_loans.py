"""Lent equipment: its owner is reminded before it is due back and on the day, until it went back."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.identity.models import Membership, User
from crm.identity.roles import Role
from crm.mail.models import Occurrence
from crm.mail.render import render_reminder
from crm.outbox.models import TimelineItem
from employers.models import Employer
from sponsorships.actions.loans import extend_loan, return_equipment
from sponsorships.models import ContributionLine
from sponsorships.reminders import LoanDueBack, LoanDueBackSoon
from tests.factories.contributions import make_contribution, make_lent
from tests.factories.identity import give_role, make_user
from tests.sponsorships.reading import text
from workers.reminders import plan_one


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


@pytest.fixture
def line(inside) -> ContributionLine:
    """A microscope, due back in ten days."""
    return make_lent(inside, days=10).lines.get()


def planned(reminder, as_of=None) -> list[Occurrence]:
    plan_one(reminder(), as_of or today())
    return list(Occurrence.objects.filter(rule=reminder.name).order_by("due_on", "schedule_version"))


def test_who_recorded_it_is_reminded_a_week_before_and_on_the_day(line, inside):
    (soon,), (due,) = planned(LoanDueBackSoon), planned(LoanDueBack)
    assert (soon.due_on, due.due_on) == (line.return_on - days(7), line.return_on)
    assert soon.recipient_email == due.recipient_email == inside.email
    assert render_reminder(soon).subject.startswith("Due back ")
    assert "Microscope, serial M-1" in render_reminder(soon).text
    assert planned(LoanDueBack) == [due]


@pytest.fixture
def owner(line, yhiot) -> User:
    """A colleague who looks after the employer."""
    owner = make_user("Olive Owner")
    give_role(owner, yhiot, Role.PARTNERSHIP_MANAGER)
    Employer.objects.update(owner=owner)
    return owner


def leave(user: User) -> None:
    """Their roles end; the account stays active, as when somebody works elsewhere in the network now."""
    Membership.objects.filter(user=user).update(is_active=False, ends_on=today())


def told(reminder) -> dict[str, str]:
    return {o.recipient_email: o.state for o in planned(reminder)}


def test_who_looks_after_the_employer_comes_first_unless_their_account_is_closed(line, owner, inside):
    assert told(LoanDueBack) == {owner.email: "planned"}
    owner.is_active = False
    owner.save()
    assert told(LoanDueBack) == {owner.email: "cancelled", inside.email: "planned"}


def test_of_an_owner_who_left_the_institute_nobody_is_written_to_but_who_recorded_it(line, owner, inside):
    leave(owner)
    assert told(LoanDueBack) == {inside.email: "planned"}


def test_a_reminder_goes_to_whoever_looks_after_the_employer_now(line, owner, people):
    (to_the_first,) = planned(LoanDueBack)
    second = people.finance_officer
    Employer.objects.update(owner=second)
    assert LoanDueBack().still_wanted(to_the_first) == "somebody else looks after the employer now"
    assert told(LoanDueBack) == {owner.email: "cancelled", second.email: "planned"}


def test_where_nobody_of_them_works_here_any_more_somebody_is_told(line, owner, inside):
    leave(owner)
    leave(inside)
    (nobody,) = planned(LoanDueBack)
    assert (nobody.state, nobody.reason) == (
        "skipped",
        "neither who looks after the employer nor who recorded the loan works here any more",
    )
    assert list(Occurrence.objects.needing_attention()) == [nobody]
    assert planned(LoanDueBack) == [nobody]


def test_what_went_back_is_not_reminded_of(line, inside):
    (soon,) = planned(LoanDueBackSoon)
    return_equipment(line=line, returned_on=today(), by=inside)
    assert LoanDueBackSoon().still_wanted(soon) == "it went back"
    assert [o.state for o in planned(LoanDueBackSoon)] == ["cancelled"]
    assert planned(LoanDueBack) == []
    assert TimelineItem.objects.filter(text__startswith="Went back on", text__endswith="Microscope").count() == 2


def test_a_longer_loan_moves_its_reminders(line, inside):
    planned(LoanDueBack)
    extend_loan(line=line, return_on=line.return_on + days(2), by=inside)
    assert [(o.state, o.due_on) for o in planned(LoanDueBack)] == [("planned", line.return_on + days(2))]


def test_what_is_late_is_still_reminded_of_on_its_day_but_not_a_week_before(inside):
    line = make_lent(inside, days=10).lines.get()
    as_of = line.return_on + days(3)
    assert planned(LoanDueBackSoon, as_of) == []
    assert [o.due_on for o in planned(LoanDueBack, as_of)] == [line.return_on]


@pytest.mark.parametrize("returned", [today() + days(1), today() - days(81)], ids=["in the future", "before it came"])
def test_a_day_it_cannot_have_gone_back_on_is_refused(line, inside, returned):
    with pytest.raises(DomainError) as refusal:
        return_equipment(line=line, returned_on=returned, by=inside)
    assert refusal.value.field == "returned_on"
    line.refresh_from_db()
    assert line.returned_on is None


def test_it_goes_back_once_and_only_what_was_lent_does(line, inside):
    return_equipment(line=line, returned_on=today(), by=inside)
    with pytest.raises(Conflict, match="went back on"):
        return_equipment(line=line, returned_on=today(), by=inside)
    with pytest.raises(Conflict, match="went back on"):
        extend_loan(line=line, return_on=today() + days(9), by=inside)
    given = make_contribution(inside).lines.get()
    with pytest.raises(Conflict, match="given, not lent"):
        return_equipment(line=given, returned_on=today(), by=inside)


def test_the_page_offers_both_and_says_when_it_went_back(people, yhiot, client_for):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        line = make_lent(manager).lines.get()
    client, page = client_for(manager, yhiot), reverse("sponsorships:contribution", args=[line.contribution_id])
    assert "Stays longer" in text(client.get(page))
    later = line.return_on + days(30)
    client.post(reverse("sponsorships:extend_loan", args=[line.pk]), {"return_on": later.isoformat()})
    assert f"due back {later:%-d %b %Y}" in text(client.get(page))
    refused = client.post(reverse("sponsorships:returned", args=[line.pk]), {"returned_on": ""})
    assert refused.status_code == 422
    client.post(reverse("sponsorships:returned", args=[line.pk]), {"returned_on": today().isoformat()})
    shown = text(client.get(page))
    assert f"went back {today():%-d %b %Y}" in shown and "Stays longer" not in shown
