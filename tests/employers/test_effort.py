"""The frequent tasks from My day, by their number of keys and clicks. A count that grows fails here."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from crm.base.clock import now, today
from crm.base.context import institute_context
from employers.actions import add_follow_up, log_engagement
from employers.models import Employer, Engagement, FollowUp
from tests.counting import Hand
from tests.factories.employers import make_employer

pytestmark = pytest.mark.browser

# Keys and clicks beyond the text, each begun on My day.
LOG_A_CALL = 4  # l, Enter, Tab, Enter; or Ctrl K, Enter, Tab, Enter
LOG_A_CALL_WITHOUT_NEXT_STEP = 3  # Ctrl K, Enter, Ctrl Enter
FIND_AN_EMPLOYER = 2  # Ctrl K, Enter
ADD_AN_EMPLOYER = 3  # Ctrl K, Enter, Enter
USE_THE_ONE_THAT_IS_THERE = 3  # Ctrl K, Enter, one click
MONTH = dt.timedelta(days=30)
DO_A_TASK = SNOOZE_A_TASK = HAND_A_TASK_OVER = 1


@pytest.fixture
def quickline(committed, yhiot, people):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        quickline = make_employer("Quickline Communications", stage="active", owner=manager)
        make_employer("Quickfit Doors", stage="prospect")
        for title in ("Send the draft", "Call about lathes", "Ask for a mentor"):
            add_follow_up(title=title, due_on=today(), owner=manager, employer=quickline, by=manager)
        FollowUp.objects.update(due_on=today())  # a weekend moved them to Monday
        mate = people.events_coordinator
        log_engagement(employer=quickline, kind="call", summary="Before", happened_at=now() - MONTH, by=mate)
    return quickline


@pytest.fixture
def hand(open_page, quickline, people, yhiot):
    return Hand(open_page("/", people.partnership_manager, yhiot))


def test_a_call_with_its_next_step_costs_four_keys_whichever_way(hand, quickline, yhiot):
    page = hand.page
    hand.press("l")
    expect(page.get_by_label("Employer")).to_be_focused()
    hand.type("quick comm")
    expect(page.get_by_label("Quickline Communications")).to_be_checked()
    hand.press("Enter")
    expect(page.get_by_label("What happened")).to_be_focused()
    hand.type("Spoke about lathes")
    hand.press("Tab")
    hand.type("call again tomorrow")
    expect(page.get_by_text("“Call again”, due")).to_be_visible()
    hand.press("Enter")
    expect(page.get_by_text("Call with Quickline Communications logged.")).to_be_visible()
    assert hand.cost == LOG_A_CALL

    other = Hand(page)
    other.press("Control+k")
    other.type("log quick comm")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Quickline Communications")
    other.press("Enter")
    expect(page.get_by_label("What happened")).to_be_focused()
    other.type("Called back")
    other.press("Tab")
    other.type("send the draft on Friday")
    other.press("Enter")
    expect(page.get_by_text("Called back")).to_be_visible()
    assert other.cost == LOG_A_CALL

    short = Hand(page)
    short.press("Control+k")
    short.type("log quick comm")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Quickline Communications")
    short.press("Enter")
    expect(page.get_by_label("What happened")).to_be_focused()
    short.type("Nobody there")
    short.press("Control+Enter")
    expect(page.get_by_text("Nobody there")).to_be_visible()
    assert short.cost == LOG_A_CALL_WITHOUT_NEXT_STEP
    with institute_context(yhiot.id):
        assert Engagement.objects.filter(employer=quickline, kind="call").count() == 4  # with the one of before
        assert FollowUp.objects.filter(title="Call again").count() == 1


def test_an_employer_is_found_or_added_in_a_few_keys_and_never_twice(hand, quickline, yhiot):
    page = hand.page
    hand.press("Control+k")
    hand.type("quikline")  # as people type
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Quickline Communications")
    hand.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quickline Communications")
    assert hand.cost == FIND_AN_EMPLOYER

    again = Hand(page)
    again.press("Control+k")
    again.type("add an employer")
    again.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    again.type("Quickline Comms Ltd")
    again.click(page.get_by_role("link", name=re.compile("^Use this one.*Quickline")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Quickline Communications")
    assert again.cost == USE_THE_ONE_THAT_IS_THERE

    new = Hand(page)
    new.press("Control+k")
    new.type("add an employer")
    new.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    new.type("Ørsted East Coast Hub")
    new.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ørsted East Coast Hub")
    assert new.cost == ADD_AN_EMPLOYER
    with institute_context(yhiot.id):
        assert Employer.objects.count() == 3


def test_a_task_is_done_snoozed_or_handed_over_with_one_click(hand, quickline, yhiot, people):
    page, mate, costs = hand.page, people.events_coordinator, []
    for button in ("Done.*Send the draft", "In a week.*Call about lathes"):
        each = Hand(page)
        each.click(page.get_by_role("button", name=re.compile(button)))
        expect(page.get_by_role("button", name=re.compile(button))).not_to_be_visible()
        costs.append(each.cost)
    last = Hand(page)
    last.click(page.get_by_role("button", name=re.compile(f"To {mate.name}.*Ask for a mentor")))
    expect(page.get_by_text("Ask for a mentor")).not_to_be_visible()
    costs.append(last.cost)
    assert costs == [DO_A_TASK, SNOOZE_A_TASK, HAND_A_TASK_OVER]
    with institute_context(yhiot.id):
        assert FollowUp.objects.get(title="Send the draft").done_at
        assert FollowUp.objects.get(title="Call about lathes").due_on > today()
        assert FollowUp.objects.get(title="Ask for a mentor").owner == mate
