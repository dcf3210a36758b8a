"""How a relationship stands: each reason, its points, its row, and what makes it be worked out anew."""

import datetime as dt
from collections import Counter

import pytest

from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.identity.roles import Permission
from crm.outbox.models import Entry
from crm.outbox.payloads import restore
from employers.actions import add_follow_up, complete_follow_up, end_contact, log_engagement
from employers.models import Employer, EmployerHealth, FollowUp, HealthRules
from employers.reads.health import health_of
from employers.rollups import refresh_due_health, refresh_health
from tests.factories.agreements import ENDS, make_signed
from tests.factories.employers import make_contact, make_employer
from tests.queries import own_queries
from workers.handlers import employer_health
from workers.handling import handlers_of
from workers.shapes import institutes_with_work

DAY = dt.timedelta(days=1)


def health(employer: Employer) -> EmployerHealth:
    refresh_health([employer.pk])
    return EmployerHealth.objects.get(employer=employer)


def rules_of(row: EmployerHealth) -> dict[str, int]:
    """What each rule took in all."""
    taken: Counter[str] = Counter()
    for reason in row.reasons:
        taken[reason["rule"]] += reason["points"]
    return dict(taken)


@pytest.fixture
def two_people():
    def at(employer):
        make_contact(employer), make_contact(employer)
        return employer

    return at


@pytest.mark.parametrize(
    "days,level,score,reasons",
    [
        (0, "good", 100, {}),
        (44, "good", 100, {}),
        (45, "watch", 85, {"slows": 15}),
        (59, "watch", 85, {"slows": 15}),
        (60, "quiet", 60, {"quiet": 40}),
        (90, "quiet", 60, {"quiet": 40}),
    ],
)
def test_days_since_a_conversation_take_the_documented_points(inside, two_people, days, level, score, reasons):
    row = health(two_people(make_employer(stage="active", last_contact_on=today() - days * DAY)))
    assert (row.level, row.score, rules_of(row)) == (level, score, reasons)


def test_the_reason_points_to_the_conversation_that_was_the_last_and_a_note_is_none(inside, two_people):
    employer = two_people(make_employer(stage="active"))
    call = log_engagement(employer=employer, kind="call", summary="Spoke", happened_at=now() - 90 * DAY, by=inside)
    log_engagement(employer=employer, kind="note", summary="Read their news", by=inside)
    row = health(employer)
    assert (row.level, row.reasons[0]["about"]) == ("quiet", ["employers.engagement", str(call.pk)])


def test_each_overdue_promise_takes_points_up_to_the_most(inside, two_people):
    employer = two_people(make_employer(stage="active", last_contact_on=today()))
    for days in range(5):
        FollowUp.objects.create(
            subject_type="employers.employer",
            subject_id=employer.pk,
            employer=employer,
            title="Call",
            due_on=today() - days * DAY,
            owner=inside,
        )
    row = health(employer)
    assert [reason["points"] for reason in row.reasons] == [15, 15, 15, 0]  # the one due today is not overdue
    assert (row.level, row.score, row.recheck_on) == ("attention", 55, today() + DAY)


def test_one_person_alone_is_a_risk_and_so_is_nobody(inside):
    employer = make_employer(stage="active", last_contact_on=today())
    assert rules_of(health(employer)) == {"single_contact": 10}
    only = make_contact(employer)
    row = health(employer)
    assert row.reasons[0]["about"] == ["employers.contact", str(only.pk)]
    other = make_contact(employer)
    assert rules_of(health(employer)) == {}
    end_contact(contact=other, left_on=today(), by=inside)
    assert rules_of(health(employer)) == {"single_contact": 10}


def test_an_agreement_that_ends_and_a_late_payment_count_and_lead_to_the_agreement(
    inside, yhiot, people, two_people, time_machine
):
    draft = make_signed(inside, people.director, [yhiot])
    employer = two_people(draft.employer)
    Employer.objects.filter(pk=employer.pk).update(stage="active", last_contact_on=ENDS - 91 * DAY)
    time_machine.move_to(dt.datetime.combine(ENDS - 91 * DAY, dt.time(12)))
    row = health(employer)
    assert rules_of(row) == {"our_promise": 15, "their_promise": 30}  # the naming; nine late payments cost as three
    assert row.recheck_on == ENDS - 90 * DAY
    time_machine.move_to(dt.datetime.combine(ENDS - 90 * DAY, dt.time(12)))
    assert rules_of(health(employer))["renewal"] == 15
    shown = health_of(employer, may=lambda right: True)
    assert {reason.url for reason in shown.reasons} == {f"/sponsorships/agreements/{draft.pk}/"}
    hidden = health_of(employer, may=lambda right: right == Permission.SEE_EMPLOYERS)
    assert {reason.url for reason in hidden.reasons} == {""}
    assert [reason.says for reason in hidden.reasons][-1] == "An agreement ends on Tuesday 31 August 2027"


@pytest.mark.parametrize("stage", ["dormant", "ended"])
def test_an_employer_out_of_play_or_never_spoken_with_is_not_judged(inside, stage):
    assert health(make_employer(stage=stage, last_contact_on=today() - 300 * DAY)).level == "none"
    assert health(make_employer(stage="prospect")).level == "none"


def test_every_employer_has_a_summary_that_waits_for_a_worker(inside, yhiot):
    employers = Employer.objects.bulk_create([Employer(name=f"Brand new {number}") for number in range(3)])
    waiting = EmployerHealth.objects.filter(employer__in=employers)
    assert [(row.level, row.computed_at) for row in waiting] == [("none", None)] * 3
    assert institutes_with_work("health") == [yhiot.id]
    assert refresh_due_health() == 3
    assert refresh_due_health() == 0
    assert institutes_with_work("health") == []
    employers[0].delete()
    assert EmployerHealth.objects.count() == 2


def test_new_rules_make_every_employer_due_once(inside, yhiot, two_people):
    employer = two_people(make_employer(stage="active", last_contact_on=today() - 30 * DAY))
    assert health(employer).level == "good"
    HealthRules.objects.create(version=1, slows_after_days=10, quiet_after_days=20, made_by=inside)
    assert institutes_with_work("health") == [yhiot.id]
    assert Employer.objects.going_quiet().get() == employer  # the list follows at once
    assert refresh_due_health() == 1
    row = EmployerHealth.objects.get(employer=employer)
    assert (row.level, row.rules_version) == ("quiet", 1)
    assert refresh_due_health() == 0


def test_working_out_many_asks_the_database_no_more_than_working_out_one(inside):
    def queries(how_many):
        ids = [make_employer(stage="active", last_contact_on=today()).pk for _ in range(how_many)]
        with own_queries() as asked:
            refresh_health(ids)
        return len(asked)

    assert queries(1) == queries(5) == 11


def test_another_institutes_rules_change_nothing_here(inside, liot, two_people):
    employer = two_people(make_employer(stage="active", last_contact_on=today() - 30 * DAY))
    with institute_context(liot.id):
        HealthRules.objects.create(version=1, slows_after_days=10, quiet_after_days=20)
    assert health(employer).level == "good"
    assert not Employer.objects.going_quiet().exists()


def test_each_fact_that_matters_reaches_the_handler(inside, quickline):
    make_contact(quickline), make_contact(quickline)
    step = add_follow_up(title="Call", due_on=today(), owner=inside, employer=quickline, by=inside)
    FollowUp.objects.filter(pk=step.pk).update(due_on=today() - 7 * DAY)
    log_engagement(employer=quickline, kind="call", summary="Spoke", by=inside)
    _handle_everything()
    assert rules_of(EmployerHealth.objects.get(employer=quickline)) == {"our_promise": 15}
    complete_follow_up(follow_up=step, by=inside)
    _handle_everything()
    assert EmployerHealth.objects.get(employer=quickline).level == "good"


def _handle_everything() -> None:
    for entry in Entry.objects.order_by("sequence"):
        for handler in handlers_of(entry.type):
            if handler.function.__module__ == employer_health.__name__:
                handler.function(restore(entry.type, entry.version, entry.payload), entry)
