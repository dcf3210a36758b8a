"""The mail pages as a person sees them."""

import pytest
from playwright.sync_api import expect

from crm.base.context import institute_context
from crm.mail.models import DeliveryAttempt, Occurrence
from crm.mail.states import State
from tests.browser import in_every_look
from tests.factories.mail import make_reminder, make_reminders

pytestmark = pytest.mark.browser


@pytest.fixture
def mails(open_page, yhiot, people):
    """Some of every state; returns one that is planned and one that may have arrived."""
    manager = people.partnership_manager
    with institute_context(yhiot.id):
        planned, held, *_ = make_reminders(manager, ["Ask Quickline about laptops", "Thank Croda", "Call Siemens"])
        Occurrence.objects.filter(pk=held.pk).update(held_by=manager, held_at="2026-11-22T09:00Z")
        unknown = make_reminder(manager, "Invite Reckitt", state=State.UNKNOWN, reason="no answer after the hand-over")
        for state in (State.FAILED, State.SENT, State.MISSED, State.SKIPPED):
            make_reminder(
                manager, f"{state}", state=state, reason="550 5.1.1 No such user", settled_at="2026-11-24T08:00Z"
            )
        DeliveryAttempt.objects.create(
            occurrence=unknown, number=1, phase="body", reply_text="timed out", result="unknown"
        )
    return planned, unknown


@pytest.mark.parametrize("tab", ["next", "attention", "all"])
def test_the_list_is_accessible(open_page, mails, yhiot, people, tab):
    in_every_look(open_page, f"/mail/?show={tab}", f"mail-{tab}", people.partnership_manager, yhiot)


def test_the_page_of_a_message_is_accessible(open_page, mails, yhiot, people):
    planned, unknown = mails
    in_every_look(open_page, f"/mail/{planned.pk}/", "mail-planned", people.partnership_manager, yhiot)
    in_every_look(open_page, f"/mail/{unknown.pk}/", "mail-unknown", people.partnership_manager, yhiot)


def test_an_empty_list_is_accessible(open_page, yhiot, people):
    in_every_look(open_page, "/mail/?show=sent", "mail-empty", people.director, yhiot)


def test_the_demos_mailbox_is_accessible(open_page, settings, tmp_path):
    settings.DEMO_MAIL_DIR = tmp_path
    letter = (
        b"To: Jo <jo@x.example>\r\nSubject: Your sign-in code\r\n"
        b"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n123 456\r\n"
    )
    (tmp_path / "20261123T090000.000000Z-abc.eml").write_bytes(letter)
    in_every_look(open_page, "/mail/demo/", "mail-demo")
    in_every_look(open_page, "/mail/demo/20261123T090000.000000Z-abc.eml", "mail-letter")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_person_holds_a_reminder_and_lets_it_go(open_page, mails, yhiot, people, javascript):
    planned, _ = mails
    page = open_page(f"/mail/{planned.pk}/", people.partnership_manager, yhiot, javascript=javascript)
    expect(page.frame_locator("iframe").get_by_text("Ask Quickline about laptops")).to_be_visible()
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_text("It is held")).to_be_visible()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Hold")).to_be_visible()
    with institute_context(yhiot.id):
        assert not Occurrence.objects.get(pk=planned.pk).is_held
