"""Planning: each reminder becomes a row once, moves with its date, and is never touched after it left."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crm.base.clock import today
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.core.registry import reminders as registry
from crm.identity.models import Membership
from crm.identity.roles import Role
from crm.mail.models import Occurrence, Sweep
from crm.mail.standing import refused
from crm.mail.states import FINAL, OPEN, State
from employers.models import FollowUp
from employers.reminders import FollowUpOverdue
from tests.factories.identity import give_role, make_user
from workers.reminders import NO_LONGER_DUE, Planned, plan, plan_one

MONDAY = dt.date(2026, 11, 23)


def follow_up(owner, due_on=MONDAY, title="Call Jo about placements", **facts) -> FollowUp:
    return FollowUp.objects.create(
        subject_type="employers.employer", subject_id=new_id(), title=title, due_on=due_on, owner=owner, **facts
    )


def look(as_of=MONDAY) -> Planned:
    return plan_one(FollowUpOverdue(), as_of)


def timed_look() -> tuple[int, float]:
    """How many were added, and the seconds that took."""
    began = time.monotonic()
    return look().added, time.monotonic() - began


def test_what_is_found_becomes_a_row_once(inside):
    promised = follow_up(inside)
    assert look() == Planned(candidates=1, added=1, moved=0, cancelled=0)
    assert look() == Planned(candidates=1, added=0, moved=0, cancelled=0)
    occurrence = Occurrence.objects.get()
    assert occurrence.subject_id == promised.id
    assert occurrence.recipient_email == inside.email
    assert occurrence.due_on == dt.date(2026, 11, 24)
    assert occurrence.due_at == dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
    assert occurrence.state == State.PLANNED
    assert occurrence.id.version == 7
    assert occurrence.about == promised.title
    assert occurrence.why.startswith("because ")


def test_nothing_far_ahead_is_planned_yet(inside):
    follow_up(inside, due_on=MONDAY + dt.timedelta(days=14))
    assert look().added == 0
    assert look(MONDAY + dt.timedelta(days=1)).added == 1


def test_a_day_missed_is_made_up_for(inside):
    follow_up(inside, due_on=MONDAY - dt.timedelta(days=40))
    assert look().added == 1


@pytest.mark.parametrize(
    ("due_on", "goes_at"),
    [
        (dt.date(2026, 10, 22), "2026-10-23T07:00Z"),  # Friday, summer time
        (dt.date(2026, 10, 23), "2026-10-26T08:00Z"),  # due on Saturday: Monday, after the clocks went back
        (dt.date(2027, 3, 25), "2027-03-30T07:00Z"),  # due on Good Friday: Tuesday, after the clocks went forward
        (dt.date(2027, 3, 24), "2027-03-25T08:00Z"),  # the Thursday before
        (dt.date(2026, 12, 24), "2026-12-29T08:00Z"),  # due on Christmas Day; Boxing Day is kept on Monday
        (dt.date(2026, 12, 31), "2027-01-04T08:00Z"),  # due on New Year's Day
    ],
)
def test_it_goes_at_eight_in_london_on_a_working_day(inside, due_on, goes_at):
    follow_up(inside, due_on=due_on)
    look(due_on)
    occurrence = Occurrence.objects.get()
    assert occurrence.due_on == due_on + dt.timedelta(days=1)
    assert occurrence.due_at == dt.datetime.fromisoformat(goes_at)


def test_what_nothing_asks_for_any_more_is_cancelled_and_comes_back_when_asked_for(inside):
    promised = follow_up(inside)
    look()
    FollowUp.objects.update(done_at="2026-11-23T10:00Z")
    assert look().cancelled == 1
    assert Occurrence.objects.get().reason == NO_LONGER_DUE
    FollowUp.objects.filter(pk=promised.pk).update(done_at=None)
    assert look().moved == 1
    assert Occurrence.objects.get().state == State.PLANNED


def test_a_new_owner_is_reminded_instead_of_the_old(inside, people):
    follow_up(inside)
    look()
    FollowUp.objects.update(owner=people.director)
    assert look() == Planned(candidates=1, added=1, moved=0, cancelled=1)
    assert Occurrence.objects.get(state=State.PLANNED).recipient_email == people.director.email


class WithLead(FollowUpOverdue):
    """One key for all dates, as a reminder some days before an event has."""

    name = "tests.with_lead"
    lead_days = 14

    def rows(self, queryset, **columns):
        return super().rows(queryset, **{**columns, "occurrence_key": "subject_type"})


def test_a_moved_date_moves_the_planned_row(inside):
    follow_up(inside)
    plan_one(WithLead(), MONDAY)
    FollowUp.objects.update(due_on=MONDAY + dt.timedelta(days=3))
    assert plan_one(WithLead(), MONDAY) == Planned(candidates=1, added=0, moved=1, cancelled=0)
    assert Occurrence.objects.get().due_at == dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(("moved_by", "added"), [(14, 0), (15, 1)])
@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.HANDED_OVER, State.FAILED, State.SKIPPED])
def test_what_left_goes_again_only_when_its_date_moved_by_more_than_the_lead_time(inside, moved_by, added, state):
    follow_up(inside)
    plan_one(WithLead(), MONDAY)
    Occurrence.objects.update(state=state)
    FollowUp.objects.update(due_on=MONDAY + dt.timedelta(days=moved_by))
    as_of = MONDAY + dt.timedelta(days=moved_by)
    assert plan_one(WithLead(), as_of).added == added
    assert plan_one(WithLead(), as_of).added == 0
    first = Occurrence.objects.get(schedule_version=1)
    assert (first.state, first.due_on) == (state, MONDAY + dt.timedelta(days=1))


def test_a_recipient_without_an_address_is_kept_as_skipped(inside, yhiot):
    nobody = make_user("No Address")
    give_role(nobody, yhiot, Role.PARTNERSHIP_MANAGER)
    type(nobody).objects.filter(pk=nobody.pk).update(email=" ")
    follow_up(nobody)
    look()
    occurrence = Occurrence.objects.get()
    assert (occurrence.state, occurrence.reason) == (State.SKIPPED, "no e-mail address")


def test_of_who_works_here_no_longer_nobody_is_written_to_and_the_step_waits_for_somebody(inside, people):
    gone = people.partnership_manager
    step = follow_up(gone)
    look()
    planned = Occurrence.objects.get()
    assert (planned.state, planned.recipient_email) == (State.PLANNED, gone.email)
    Membership.objects.filter(user=gone).update(ends_on=MONDAY - dt.timedelta(days=30))
    whom = {"recipient_type": planned.recipient_type, "recipient_id": planned.recipient_id}
    assert refused(**whom, purpose="service") == "they do not work here any more"
    look()
    states = dict(Occurrence.objects.values_list("recipient_email", "state"))
    assert states == {gone.email: State.CANCELLED, "": State.SKIPPED}
    assert [o.subject_id for o in Occurrence.objects.needing_attention()] == [step.pk]


def test_an_institute_plans_its_own_rows_only(inside, yhiot, liot):
    follow_up(inside)
    plan(liot.id, MONDAY)
    with institute_context(liot.id):
        assert Occurrence.objects.count() == 0
    plan(yhiot.id, MONDAY)
    assert Occurrence.objects.filter(rule=FollowUpOverdue.name).count() == 1


def test_a_reminder_that_fails_leaves_the_others_working_and_says_so(inside, yhiot, monkeypatch):
    follow_up(inside)

    class Broken(FollowUpOverdue):
        name = "tests.broken"
        order = 1

        def candidates(self, as_of, until):
            raise ZeroDivisionError

    monkeypatch.setitem(registry._classes, Broken.name, Broken)
    planned = plan(yhiot.id, MONDAY)
    assert Broken.name not in planned and planned[FollowUpOverdue.name].added == 1
    assert "ZeroDivisionError" in Sweep.objects.get(rule=Broken.name).last_error


def test_every_look_leaves_a_sign_of_life_even_when_it_finds_nothing(inside, yhiot):
    plan(yhiot.id, MONDAY)
    swept = {sweep.rule: sweep for sweep in Sweep.objects.all()}
    assert set(swept) == {reminder.name for reminder in registry}
    assert swept[FollowUpOverdue.name].candidates == 0
    assert swept[FollowUpOverdue.name].looked_at is not None


def test_the_occurrences_of_a_period_are_the_settled_and_the_open_ones_to_the_row(inside):
    for number in range(9):
        follow_up(inside, title=f"Call {number}")
    look()
    ids = list(Occurrence.objects.values_list("pk", flat=True))
    for pk, state in zip(ids, State, strict=True):
        Occurrence.objects.filter(pk=pk).update(state=state)
    assert look().candidates == 9
    of_the_period = Occurrence.objects.filter(due_on=dt.date(2026, 11, 24))
    settled, still_open = of_the_period.filter(state__in=FINAL), of_the_period.filter(state__in=OPEN)
    assert settled.count() + still_open.count() == of_the_period.count() == 9


@pytest.mark.parametrize("name", [reminder.name for reminder in registry])
def test_every_reminder_asks_the_database_once_whatever_it_finds(inside, name, django_assert_num_queries):
    with django_assert_num_queries(1):
        plan_one(registry[name](), today())


def test_a_second_look_at_many_is_no_slower_than_the_first(inside):
    """Rows that no statistics know of yet once made PostgreSQL compare each with each, as it is made to here."""
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "indexscan", "indexonlyscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    about = {"subject_type": "employers.employer", "due_on": MONDAY, "owner": inside}
    FollowUp.objects.bulk_create(FollowUp(subject_id=new_id(), title=f"Call {n}", **about) for n in range(4000))
    added, first = timed_look()
    later = [timed_look() for _ in range(3)]
    assert (added, {found for found, _ in later}) == (4000, {0})
    assert min(seconds for _, seconds in later) < first + 0.5


def test_two_planners_at_once_plan_each_reminder_once(committed, yhiot, people):
    owner = people.partnership_manager
    with institute_context(yhiot.id):
        for number in range(200):
            follow_up(owner, title=f"Call {number}")

    def work(_: int) -> int:
        try:
            with institute_context(yhiot.id):
                return look().added
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(work, range(8)))
    assert sum(added) == 200
    with institute_context(yhiot.id):
        assert Occurrence.objects.count() == 200


def test_the_command_says_what_would_go_and_writes_nothing(inside, yhiot, liot, capsys):
    follow_up(inside)
    call_command("reminders", "plan", "--as-of", "2026-11-24", "--institute", "yhiot")
    said = capsys.readouterr().out
    assert "Tue 24 Nov 2026 08:00  employers.follow_up_overdue" in said
    assert (
        inside.email in said
        and "Overdue: Call Jo about placements" in said
        and "because a next step of yours is past its date" in said
    )
    assert "1 would go by Tuesday 24 November 2026" in said
    assert Occurrence.objects.count() == 0 and Sweep.objects.count() == 0


@pytest.mark.parametrize("wrong", [["--as-of", "tomorrow"], ["--institute", "atlantis"]])
def test_the_command_refuses_what_it_does_not_know(db, wrong):
    with pytest.raises(CommandError):
        call_command("reminders", "plan", *wrong)
