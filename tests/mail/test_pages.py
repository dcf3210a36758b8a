"""The mail pages: what they show, to whom, and what their buttons do."""

import datetime as dt

import pytest
from django.urls import reverse

from crm.base.clock import london_instant, replayed_at
from crm.base.context import institute_context
from crm.base.ids import new_id
from crm.identity.roles import ROLES, Permission, Role
from crm.mail.models import DeliveryAttempt, MailServer, Message, Occurrence, Suppression
from crm.mail.states import State
from employers.models import FollowUp
from tests.factories.mail import TUESDAY_AT_EIGHT, make_reminder, make_reminders
from tests.queries import own_queries

DECISIONS = {
    "hold": State.PLANNED,
    "release": State.PLANNED,
    "now": State.PLANNED,
    "again": State.FAILED,
    "arrived": State.UNKNOWN,
    "dismiss": State.MISSED,
}


@pytest.fixture
def manager(people, yhiot, client_for):
    """A partnership manager's browser."""
    return client_for(people.partnership_manager, yhiot)


@pytest.fixture
def planned(yhiot, people):
    """`planned("Title", state=…)`: a reminder to the manager."""

    def make(title="Call Jo about placements", **facts):
        with institute_context(yhiot.id):
            return make_reminder(people.partnership_manager, title, **facts)

    return make


def test_the_list_says_what_goes_to_whom_when_and_why(manager, planned):
    planned()
    with replayed_at(TUESDAY_AT_EIGHT - dt.timedelta(days=1)):
        page = manager.get("/mail/").content.decode()
    assert "Next step overdue" in page and "because a next step of yours is past its date" in page
    assert "24 Nov 2026, 08:00" in page and "Partnership manager at Yorkshire" in page
    assert "Hold" in page


def test_what_waits_over_the_weekend_goes_when_the_window_opens(planned):
    saturday = london_instant(dt.date(2026, 11, 28), dt.time(12))
    with replayed_at(saturday):
        assert planned(not_before=saturday).goes_at == london_instant(dt.date(2026, 11, 30), dt.time(8))
        assert planned("At once", not_before=saturday, is_urgent=True).goes_at == saturday


def test_my_day_asks_who_can_mend_it_to_see_to_failed_mail_and_tells_others_of_it(
    manager, planned, client_for, people, yhiot
):
    planned(state=State.FAILED, reason="the mailbox is full")
    assert "Mail to see to" in manager.get("/").content.decode()
    told = client_for(people.auditor, yhiot).get("/").content.decode()
    assert "Mail to see to" not in told and "1 message failed" in told


def test_each_tab_shows_its_own(manager, planned):
    ids = {state: planned(f"Call {state}", state=state).pk for state in State}
    tabs = {
        "next": {State.PLANNED},
        "attention": {State.UNKNOWN, State.FAILED, State.MISSED},
        "sent": {State.SENT},
        "all": set(State),
    }
    for tab, states in tabs.items():
        page = manager.get("/mail/", {"show": tab}).content.decode()
        assert {state for state, pk in ids.items() if str(pk) in page} == states, tab


def test_the_list_finds_a_person(manager, planned):
    planned()
    assert "Call" not in manager.get("/mail/", {"q": "nobody of that name"}).content.decode().split("<main")[1]
    assert "because a next step of yours" in manager.get("/mail/", {"q": "partnership"}).content.decode()


def test_the_page_of_a_message_shows_it_as_it_would_leave_and_every_try(manager, planned, yhiot):
    occurrence = planned("Ask Quickline & Co <today>")
    with institute_context(yhiot.id):
        DeliveryAttempt.objects.create(
            occurrence=occurrence, number=1, phase="recipient", reply_code=450, reply_text="Later", result="planned"
        )
    page = manager.get(f"/mail/{occurrence.pk}/").content.decode()
    assert "Overdue: Ask Quickline &amp; Co &lt;today&gt;" in page
    assert "450 Later" in page
    html = manager.get(f"/mail/{occurrence.pk}/html/")
    assert "Ask Quickline &amp; Co &lt;today&gt;" in html.content.decode()
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script-src" not in policy


def test_a_sent_message_shows_what_was_sent_not_what_it_would_say_now(manager, planned, yhiot):
    occurrence = planned(state=State.SENT)
    with institute_context(yhiot.id):
        Message.objects.create(occurrence=occurrence, subject="As it left", text="Then", from_email="a@b.example")
        FollowUp.objects.update(title="Changed since")
    page = manager.get(f"/mail/{occurrence.pk}/").content.decode()
    assert "As it left" in page and "Changed since" not in page


def test_a_message_that_cannot_be_rendered_says_so(manager, planned, yhiot):
    occurrence = planned()
    with institute_context(yhiot.id):
        Occurrence.objects.update(subject_id=new_id())
    response = manager.get(f"/mail/{occurrence.pk}/")
    assert response.status_code == 200 and "It cannot be shown: DoesNotExist" in response.content.decode()
    assert manager.get(f"/mail/{occurrence.pk}/html/").status_code == 404


def test_a_message_that_is_being_prepared_is_still_shown(manager, planned):
    """The worker may take it between the page and the frame on it."""
    occurrence = planned("Ask Quickline", state=State.CLAIMED)
    assert "Its text is not kept" not in manager.get(f"/mail/{occurrence.pk}/").content.decode()
    html = manager.get(f"/mail/{occurrence.pk}/html/")
    assert html.status_code == 200 and "Ask Quickline" in html.content.decode()


def test_a_text_that_is_wiped_is_missed_inside_the_frame(manager, planned):
    occurrence = planned(state=State.SENT)
    html = manager.get(f"/mail/{occurrence.pk}/html/")
    assert html.status_code == 404 and html.content == b"Its text is not kept."
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in html.headers["Content-Security-Policy"]


@pytest.mark.parametrize("state", list(State))
def test_the_page_of_a_message_works_in_every_state(manager, planned, state):
    occurrence = planned(state=state, reason="because of the test")
    assert manager.get(f"/mail/{occurrence.pk}/").status_code == 200


@pytest.mark.parametrize(("address", "state"), DECISIONS.items())
def test_a_button_does_what_it_says_and_leads_back(manager, planned, people, address, state):
    held = {"held_by": people.partnership_manager, "held_at": "2026-11-23T09:00Z"} if address == "release" else {}
    occurrence = planned(state=state, **held)
    response = manager.post(f"/mail/{occurrence.pk}/{address}/", follow=True)
    assert response.redirect_chain == [("/i/yhiot/mail/", 302)]
    assert "moved on" not in response.content.decode()
    assert manager.get(f"/mail/{occurrence.pk}/{address}/").status_code == 405


def test_a_button_that_comes_too_late_says_so_and_changes_nothing(manager, planned, yhiot):
    occurrence = planned(state=State.SENT)
    response = manager.post(f"/mail/{occurrence.pk}/hold/", follow=True)
    assert "It has moved on in the meantime" in response.content.decode()
    with institute_context(yhiot.id):
        assert Occurrence.objects.get().held_at is None


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_and_who_may_decide(client_for, yhiot, people, planned, role):
    occurrence = planned()
    client = client_for(getattr(people, role.value), yhiot)
    rights = ROLES[role].permissions
    denied = 404 if role is Role.SPONSOR_CONTACT else 403
    for path in ("/mail/", f"/mail/{occurrence.pk}/", f"/mail/{occurrence.pk}/html/"):
        assert client.get(path).status_code == (200 if Permission.SEE_MAIL in rights else denied), path
    for address in DECISIONS:
        status = client.post(f"/mail/{occurrence.pk}/{address}/").status_code
        assert status == (302 if Permission.HOLD_MAIL in rights else denied), address


def test_an_address_that_was_refused_is_allowed_again_by_a_person(manager, planned, yhiot, people):
    occurrence = planned(state=State.FAILED)
    address = people.partnership_manager.email
    with institute_context(yhiot.id):
        Suppression.objects.create(email=address, reason=Suppression.Reason.REFUSED, detail="550 No such user")
    assert "550 No such user" in manager.get(f"/mail/{occurrence.pk}/").content.decode()
    assert manager.post(f"/mail/{occurrence.pk}/allow/").status_code == 302
    with institute_context(yhiot.id):
        assert Suppression.objects.get().lifted_by == people.partnership_manager
    assert "550 No such user" not in manager.get(f"/mail/{occurrence.pk}/").content.decode()
    assert "moved on" in manager.post(f"/mail/{occurrence.pk}/allow/", follow=True).content.decode()


def test_mail_of_another_institute_is_not_there(client_for, liot, people, planned, yhiot):
    occurrence = planned()
    stranger = client_for(people.at(liot).partnership_manager, liot)
    before = repr(_row(occurrence, yhiot))
    assert stranger.get(f"/mail/{occurrence.pk}/").status_code == 404
    assert stranger.get(f"/mail/{occurrence.pk}/html/").status_code == 404
    assert str(occurrence.pk) not in stranger.get("/mail/", {"show": "all"}).content.decode()
    for address in DECISIONS:
        assert stranger.post(f"/mail/{occurrence.pk}/{address}/").status_code == 404
    assert repr(_row(occurrence, yhiot)) == before


def _row(occurrence, institute):
    with institute_context(institute.id):
        return Occurrence.objects.filter(pk=occurrence.pk).values().get()


def test_the_list_asks_as_often_for_three_as_for_one(manager, planned, yhiot, people):
    planned()
    manager.get("/mail/")
    with own_queries() as one:
        manager.get("/mail/")
    with institute_context(yhiot.id):
        make_reminders(people.partnership_manager, ["Two", "Three"])
    with own_queries() as three:
        manager.get("/mail/")
    assert len(three) == len(one)


def test_a_silent_mail_server_is_announced(manager, planned):
    planned()
    MailServer.objects.create(
        address="mail.example:25", failures=5, rest_until="2126-01-01T00:00Z", last_error="421 Too busy"
    )
    assert "421 Too busy" in manager.get("/mail/").content.decode()


def test_my_day_shows_what_goes_next_and_what_failed(manager, planned):
    planned()
    planned("Failed", state=State.FAILED)
    page = manager.get("/").content.decode()
    assert "Goes out next" in page and "Mail to see to" in page


# The demo's mailbox

LETTER = (
    b"To: Jo <jo@x.example>\r\nSubject: =?utf-8?q?Code_f=C3=BCr_Jo?=\r\n"
    b"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n123 <456>\r\n"
)


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.DEMO, settings.DEMO_MAIL_DIR = True, tmp_path
    (tmp_path / "20261123T090000.000000Z-abc.eml").write_bytes(LETTER)
    (tmp_path / ".draft.eml.part").write_bytes(b"half")
    return tmp_path


def test_the_demos_mailbox_is_read_without_signing_in(client, db, mailbox):
    page = client.get(reverse("mail:demo")).content.decode()
    assert "Code für Jo" in page and "half" not in page
    letter = client.get(reverse("mail:letter", args=["20261123T090000.000000Z-abc.eml"])).content.decode()
    assert "123 &lt;456&gt;" in letter


@pytest.mark.parametrize("name", ["..", "../settings.eml", ".draft.eml.part", "nothing.eml", "%2e%2e%2fx.eml"])
def test_the_demos_mailbox_gives_nothing_but_its_letters(client, db, mailbox, name):
    (mailbox.parent / "settings.eml").write_bytes(LETTER)
    assert client.get(reverse("mail:demo") + name).status_code in (400, 404)


@pytest.mark.parametrize(("demo", "directory"), [(False, "."), (True, None)])
def test_there_is_no_mailbox_outside_the_demo(client, db, settings, demo, directory):
    settings.DEMO, settings.DEMO_MAIL_DIR = demo, directory
    assert client.get(reverse("mail:demo")).status_code == 404
    assert client.get(reverse("mail:letter", args=["x.eml"])).status_code == 404


def test_what_has_nobody_to_go_to_needs_attention_until_a_person_takes_it_off(manager, planned, yhiot):
    nobody = planned(recipient_email="", recipient_name="", state="skipped", reason="nobody there")
    listed = manager.get("/mail/?show=attention").content.decode()
    assert "nobody there" in listed and "Nobody" in listed
    manager.post(f"/mail/{nobody.pk}/dismiss/")
    assert "nobody there" not in manager.get("/mail/?show=attention").content.decode()
