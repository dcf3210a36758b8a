"""How a relationship stands: each reason, its points, its row, and what makes it be worked out anew."""

import datetime as dt
from collections import Counter

import pytest

from crm.base.clock import now, today
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError
from crm.identity.roles import Permission
from crm.outbox.models import Entry
from crm.outbox.payloads import restore
from employers.actions import (
    add_follow_up,
    complete_follow_up,
    end_contact,
    log_engagement,
    merge_employers,
    set_health_rules,
)
from employers.actions.health import NUMBERS
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


def test_rules_change_by_version_and_a_stale_or_crooked_change_leaves_them(inside):
    first = set_health_rules(replaces=0, quiet_after_days=30, slows_after_days=20, by=inside)
    assert (first.version, first.quiet_after_days, first.renewal_lead_days) == (1, 30, 90)
    assert set_health_rules(replaces=1, quiet_after_days=30, by=inside) == first  # nothing differs: no new version
    with pytest.raises(Conflict):
        set_health_rules(replaces=0, quiet_after_days=40, by=inside)
    for wrong in (
        {"quiet_after_days": 20},
        {"quiet_points": 0},
        {"attention_below": 95},
        {"renewal_lead_days": 731},
        {"most_promises": 0},
        {"single_contact_points": -1},
    ):
        with pytest.raises(DomainError):
            set_health_rules(replaces=1, by=inside, **wrong)
    assert [rules.version for rules in HealthRules.objects.all()] == [1]
    assert Entry.objects.get().type == "employers.health_rules_changed"


def test_a_rule_of_no_points_is_off(inside):
    employer = make_employer(stage="active", last_contact_on=today())
    set_health_rules(replaces=0, single_contact_points=0, by=inside)
    assert health(employer).reasons == []


def test_the_record_shows_level_reasons_and_how_it_is_worked_out(manager, inside, quickline):
    Employer.objects.filter(pk=quickline.pk).update(last_contact_on=today() - 61 * DAY)
    only = make_contact(quickline)
    refresh_health([quickline.pk])
    page = manager.get(f"/employers/{quickline.pk}/").content.decode()
    assert "Going quiet" in page and "50 of 100 points" in page
    assert "Nobody spoke with them for 61 days" in page
    assert f'/employers/contacts/{only.pk}/">Only one person there is known to us</a>' in page
    assert "How this is worked out" in page


def test_the_rules_are_shown_to_all_and_changed_by_who_may(manager, client_for, people, yhiot, inside):
    page = manager.get("/employers/health/").content.decode()
    assert "No call, meeting or visit for 60 days" in page and "Change the rules" not in page
    director = client_for(people.director, yhiot)
    numbers = {name: getattr(HealthRules(), name) for name in NUMBERS} | {"quiet_after_days": 75}
    assert director.post("/employers/health/change/", numbers | {"replaces": 0}).status_code == 302
    assert HealthRules.objects.get().made_by == people.director
    refused = director.post("/employers/health/change/", numbers | {"replaces": 0, "quiet_after_days": 80})
    assert refused.status_code == 422 and "A colleague has changed the rules" in refused.content.decode()
    page = director.get("/employers/health/").content.decode()
    assert "No call, meeting or visit for 75 days" in page and "Version 1" in page


def test_programs_read_health_and_its_reasons_and_set_the_rules(api_for, people, yhiot, inside, quickline):
    make_contact(quickline)
    Employer.objects.filter(pk=quickline.pk).update(last_contact_on=today())
    refresh_health([quickline.pk])
    api = api_for(people.director, yhiot)
    assert api.get("employers/").json()["items"][0]["health"]["level"] == "good"
    found = api.get(f"employers/{quickline.pk}/health/").json()
    assert (found["score"], found["rules_version"]) == (90, 0)
    reason = found["reasons"][0]
    assert (reason["rule"], reason["points"]) == ("single_contact", 10)
    assert reason["about_id"] is None  # a director may not edit people, so no way leads there
    made = api.post("health-rules/", {"replaces": 0, "quiet_after_days": 90})
    assert (made.status_code, made.json()["version"]) == (201, 1), made.json()
    assert api.post("health-rules/", {"replaces": 0, "quiet_after_days": 91}).status_code == 409


def test_another_institutes_rules_change_nothing_here(inside, liot, two_people):
    employer = two_people(make_employer(stage="active", last_contact_on=today() - 30 * DAY))
    with institute_context(liot.id):
        HealthRules.objects.create(version=1, slows_after_days=10, quiet_after_days=20)
    assert health(employer).level == "good"
    assert not Employer.objects.going_quiet().exists()


def test_what_was_merged_is_not_judged_and_its_rows_count_where_they_are_now(inside, quickline):
    other = make_employer("Quickline Broadband", stage="active", last_contact_on=today())
    for employer in (quickline, other):
        make_contact(employer)
    log_engagement(employer=quickline, kind="call", summary="Spoke", by=inside)
    merge_employers(kept=quickline, merged=other, by=inside)
    _handle_everything()
    levels = dict(EmployerHealth.objects.values_list("employer_id", "level"))
    assert levels == {quickline.pk: "good", other.pk: "none"}
    assert EmployerHealth.objects.get(employer=quickline).score == 100  # two people now


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
    refresh_due_health()
