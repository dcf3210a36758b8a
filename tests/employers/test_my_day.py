"""My day of who looks after employers: its numbers are those of the lists behind, what is to do is done from it."""

import datetime as dt
import html
import re

import pytest

from crm.base.clock import now, today
from crm.mail.models import Occurrence
from employers.actions import log_engagement
from employers.models import FollowUp
from employers.rollups import refresh_health
from tests.factories.employers import make_contact, make_employer, make_tier
from tests.factories.events import make_challenge
from tests.factories.mail import make_reminder

DAY = dt.timedelta(days=1)


def owe(employer, owner, due_on, title="Call"):
    about = {"subject_type": "employers.employer", "subject_id": employer.pk, "employer": employer}
    return FollowUp.objects.create(title=title, due_on=due_on, owner=owner, **about)


def text(response):
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


@pytest.mark.parametrize("how_many", [1, 60])
def test_the_number_of_next_steps_is_that_of_the_list_behind_it(manager, quickline, inside, how_many):
    for number in range(how_many):
        owe(quickline, inside, today() - (number % 2) * DAY)
    owe(quickline, inside, today() + DAY)
    page = text(manager.get("/"))
    overdue = how_many // 2
    steps = "1 next step is due" if how_many == 1 else f"{how_many} next steps are due, {overdue} overdue"
    assert steps in page
    assert (f"{overdue} of {how_many} overdue" in page) == bool(overdue)
    behind = text(manager.get("/employers/next-steps/?view=due"))
    assert f'data-announce="{how_many} next step' in behind
    assert behind.count("Overdue since") == min(25, overdue)
    if how_many > 25:
        assert f"See all {how_many}" in page


def test_the_lists_of_next_steps_are_mine_by_day_and_everybodys(manager, quickline, inside, people):
    owe(quickline, inside, today(), "Due now")
    owe(quickline, inside, today() + 7 * DAY, "Due in a week")
    owe(quickline, inside, today() + 8 * DAY, "Due later")
    owe(quickline, people.events_coordinator, today(), "Due by another")
    titles = {"Due now", "Due in a week", "Due later", "Due by another"}
    for view, shown in {
        "due": {"Due now"},
        "coming": {"Due in a week"},
        "mine": titles - {"Due by another"},
        "all": titles,
        "nonsense": {"Due now"},
    }.items():
        page = text(manager.get(f"/employers/next-steps/?view={view}"))
        assert {title for title in titles if title in page} == shown, view


def test_a_next_step_is_handed_over_with_one_button_to_the_likeliest_colleague(manager, inside, people):
    mate = people.events_coordinator
    theirs = make_employer("Theirs", owner=mate)
    mine = make_employer("Mine", owner=inside)
    first, second = owe(theirs, inside, today(), "First"), owe(mine, inside, today(), "Second")
    assert text(manager.get("/")).count(f"To {mate.name}") == 1  # who looks after them; nobody else spoke with mine
    log_engagement(employer=mine, kind="call", summary="Spoke", by=mate)
    assert text(manager.get("/")).count(f"To {mate.name}") == 2
    for step in (first, second):
        manager.post(f"/employers/next-steps/{step.pk}/hand-over/", {"owner": mate.pk})
        step.refresh_from_db()
        assert step.owner == mate
    assert "Nobody is waiting for you" in text(manager.get("/"))


def test_a_next_step_is_handed_to_nobody_who_does_not_work_with_employers_here(manager, quickline, inside, people):
    step = owe(quickline, inside, today())
    for owner in (people.auditor.pk, "nonsense", ""):
        assert manager.post(f"/employers/next-steps/{step.pk}/hand-over/", {"owner": owner}).status_code == 302
        assert "Choose a colleague who works with employers here." in text(manager.get("/"))
    step.refresh_from_db()
    assert step.owner == inside


def planned(employer, user, days, name):
    contact = make_contact(employer, name)
    mail = make_reminder(user, f"Renewal with {name}")
    to = {"recipient_type": "employers.contact", "recipient_id": contact.pk, "recipient_name": name}
    Occurrence.objects.filter(pk=mail.pk).update(state="planned", not_before=now() + days * DAY, **to)
    return mail


def test_what_goes_out_in_my_name_is_shown_with_preview_and_held_with_one_button(manager, inside, people):
    mine = make_employer("Mine", owner=inside)
    mail = planned(mine, inside, 3, "Jo Marsh")
    planned(mine, inside, 8, "Too far ahead")
    planned(make_employer("Theirs", owner=people.events_coordinator), inside, 1, "Of another")
    page = text(manager.get("/")).split(">Goes out in your name")[1].split("</ul>")[0]
    assert "1 message goes out in your name within a week" in text(manager.get("/"))
    assert "Jo Marsh" in page and "Too far ahead" not in page and "Of another" not in page
    assert f"/mail/{mail.pk}/" in page and f"/mail/{mail.pk}/hold/" in page
    manager.post(f"/mail/{mail.pk}/hold/")
    assert "held by" in text(manager.get("/")) and f"/mail/{mail.pk}/release/" in text(manager.get("/"))
    mail.refresh_from_db()
    assert mail.held_by == inside


def test_who_is_going_quiet_is_the_list_behind_it_anchor_partners_first(manager, inside, people):
    anchor = make_tier()
    quiet = {"stage": "active", "last_contact_on": today() - 80 * DAY}
    rows = [
        make_employer("Anchor of another", tier=anchor, owner=people.events_coordinator, **quiet),
        make_employer("Mine and small", owner=inside, **quiet),
        make_employer("Small of another", owner=people.events_coordinator, **quiet),
        make_employer("Anchor, spoken with", tier=anchor, stage="active", last_contact_on=today()),
    ]
    refresh_health([row.pk for row in rows])
    page = text(manager.get("/"))
    assert page.index("Anchor partners going quiet") < page.index("Anchor of another") < page.index("Yours going quiet")
    assert "Mine and small" in page and "Small of another" not in page and "Anchor, spoken with" not in page
    for view, names in {"anchor": ["Anchor of another"], "mine": ["Mine and small"]}.items():
        address = f"/employers/?view={view}&health=quiet"
        assert address in page
        behind = text(manager.get(address))
        assert [row.name for row in rows if f">{row.name}<" in behind] == names


def test_challenges_of_this_week_are_shown_to_who_does_not_run_them(manager, client_for, people, yhiot, inside):
    make_challenge(people.events_coordinator, title="Bridge day", days_ahead=2)
    make_challenge(people.events_coordinator, title="Rocket day", days_ahead=9)
    page = text(manager.get("/"))
    assert "Events this week" in page and "Bridge day" in page and "Rocket day" not in page
    assert "Events this week" not in text(client_for(people.events_coordinator, yhiot).get("/"))
