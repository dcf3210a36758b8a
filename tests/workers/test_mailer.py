"""The mailer against a real database and a real mail server."""

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.core.mail import send_mail
from django.db import connection, connections

from crm.base.context import NETWORK_ID, institute_context
from crm.mail.actions import hold_mail, release_mail
from crm.mail.backend import StoringEmailBackend
from crm.mail.models import DeliveryAttempt, MailServer, Message, Occurrence, Suppression
from crm.mail.server import parse_email_url
from crm.mail.states import State
from employers.models import FollowUp
from employers.reminders import FollowUpOverdue
from tests.factories.mail import MONDAY, TUESDAY_AT_EIGHT, make_reminder, make_reminders
from workers.mailer import Mailer


@pytest.fixture
def desk(committed, yhiot, people, scripted_server):
    """A mailer's surroundings: `desk.run(moment)` sends what is due then; `desk.row(occurrence)` reads it again."""
    owner = people.partnership_manager
    server = scripted_server()

    def mailer(moment=TUESDAY_AT_EIGHT, institute_id=yhiot.id):
        return Mailer(institute_id, clock=lambda: moment, server=parse_email_url(server.url, timeout=0.5))

    def row(occurrence):
        with institute_context(yhiot.id):
            return Occurrence.objects.get(pk=occurrence.pk)

    def attempts(occurrence):
        with institute_context(yhiot.id):
            return list(occurrence.attempts.all())

    return SimpleNamespace(
        owner=owner,
        server=server,
        kept=server.kept,
        mailer=mailer,
        run=lambda moment=TUESDAY_AT_EIGHT, **which: mailer(moment, **which).run(),
        inside=lambda: institute_context(yhiot.id, user_id=owner.id),
        row=row,
        attempts=attempts,
    )


def test_a_due_reminder_leaves_and_its_row_says_so(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner, "Ask Quickline & Co about laptops")
    assert desk.run() == 1
    row = desk.row(occurrence)
    assert (row.state, row.reason, row.attempt, row.is_late) == (State.SENT, "", 1, False)
    assert row.handed_over_at and row.settled_at and row.lease_until is None
    [attempt] = desk.attempts(occurrence)
    assert (attempt.number, attempt.phase, attempt.reply_code, attempt.result) == (1, "accepted", 250, "sent")
    [mail] = desk.kept.messages
    assert mail["Message-ID"] == row.message_id == f"<{row.id}.yhiot@anchorpoint.example>"
    assert mail["To"].addresses[0].addr_spec == desk.owner.email
    assert mail["From"].addresses[0].display_name == "Yorkshire & Humber IoT"
    assert mail["Subject"] == "Overdue: Ask Quickline & Co about laptops"
    assert "because a next step of yours is past its date" in mail.get_body(("plain",)).get_content()
    assert "Quickline &amp; Co" in mail.get_body(("html",)).get_content()
    assert desk.run() == 0 and len(desk.kept.messages) == 1


# (fault, state after one try, mails the server kept, address suppressed, phase noted)
FAULTS = [
    ("banner_421", State.PLANNED, 0, False, "greeting"),
    ("banner_tarpit", State.PLANNED, 0, False, "greeting"),
    ("rcpt_450", State.PLANNED, 0, False, "recipient"),
    ("rcpt_550", State.FAILED, 0, True, "recipient"),
    ("data_451", State.PLANNED, 0, False, "data"),
    ("dot_451", State.PLANNED, 0, False, "body"),
    ("dot_554", State.FAILED, 0, False, "body"),
    ("dot_drop", State.UNKNOWN, 1, False, "body"),
    ("dot_tarpit", State.UNKNOWN, 1, False, "body"),
    ("quit_drop", State.SENT, 1, False, "accepted"),
]


@pytest.mark.parametrize(("fault", "state", "kept", "suppressed", "phase"), FAULTS)
def test_each_behaviour_of_the_server_leads_to_its_state(desk, fault, state, kept, suppressed, phase):
    with desk.inside():
        occurrence = make_reminder(desk.owner)
    desk.server.fault = fault
    desk.run()
    assert desk.row(occurrence).state == state
    assert len(desk.kept.messages) == kept
    assert [(a.phase, a.result) for a in desk.attempts(occurrence)] == [(phase, state)]
    with desk.inside():
        assert Suppression.objects.filter(email=desk.owner.email).exists() is suppressed
    desk.server.fault = ""
    again = desk.run(TUESDAY_AT_EIGHT + dt.timedelta(hours=2))
    assert again == (1 if state == State.PLANNED else 0), "only what surely did not arrive is tried again"


def test_it_is_tried_for_a_day_and_then_has_failed(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner, is_urgent=True)
    desk.server.fault = "dot_451"
    moments = [TUESDAY_AT_EIGHT]
    while desk.row(occurrence).state == State.PLANNED:
        desk.run(moments[-1])
        moments.append(desk.row(occurrence).not_before)
    waits = [(later - earlier) / dt.timedelta(minutes=1) for earlier, later in itertools.pairwise(moments)]
    for waited, wanted in zip(waits, (1, 5, 15, 60, 180, 360, 360, 360), strict=False):
        assert wanted * 0.79 <= waited <= wanted * 1.21 + 1
    row = desk.row(occurrence)
    assert row.state == State.FAILED and row.reason.startswith("given up after a day: 451")
    assert len(desk.attempts(occurrence)) == 9
    assert dt.timedelta(hours=17) < moments[-2] - moments[0] < dt.timedelta(hours=28)


WINDOW = [
    ("2026-11-24T07:59Z", False),  # Tuesday
    ("2026-11-24T08:00Z", True),
    ("2026-11-24T17:59Z", True),
    ("2026-11-24T18:00Z", False),
    ("2026-11-28T12:00Z", False),  # Saturday
    ("2026-12-28T12:00Z", False),  # Boxing Day is kept on Monday
    ("2026-10-23T06:59Z", False),  # Friday before the clocks go back: 07:59 in London
    ("2026-10-23T07:00Z", True),
    ("2026-10-26T07:30Z", False),  # Monday after: 07:30 in London
    ("2026-10-26T08:00Z", True),
    ("2027-03-25T07:30Z", False),  # Thursday before the clocks go forward: 07:30
    ("2027-03-25T08:00Z", True),
    ("2027-03-30T06:59Z", False),  # Tuesday after Easter: 07:59
    ("2027-03-30T07:00Z", True),
]


@pytest.mark.parametrize(("moment", "goes"), WINDOW)
def test_reminders_keep_to_the_sending_window_and_codes_do_not(desk, moment, goes):
    moment = dt.datetime.fromisoformat(moment)
    with desk.inside():
        reminder = make_reminder(desk.owner)
        code = make_reminder(desk.owner, "As urgent as a code", is_urgent=True)
        Occurrence.objects.update(not_before=moment, expires_at=moment + dt.timedelta(days=1))
    desk.run(moment)
    assert desk.row(code).state == State.SENT
    assert desk.row(reminder).state == (State.SENT if goes else State.PLANNED)


def test_what_goes_after_its_day_is_marked_late(desk):
    with desk.inside():
        in_time, late = make_reminder(desk.owner), make_reminder(desk.owner, "Call later", due_on=MONDAY)
        Occurrence.objects.filter(pk=late.pk).update(not_before=TUESDAY_AT_EIGHT + dt.timedelta(days=1))
    desk.run(TUESDAY_AT_EIGHT + dt.timedelta(hours=9, minutes=59))
    desk.run(TUESDAY_AT_EIGHT + dt.timedelta(days=1))
    assert [desk.row(o).is_late for o in (in_time, late)] == [False, True]
    assert desk.row(late).state == State.SENT


def test_what_could_help_nobody_any_more_is_missed_and_not_sent(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner)
    desk.run(occurrence.expires_at)
    row = desk.row(occurrence)
    assert (row.state, row.reason) == (State.MISSED, "it could not go in time")
    assert desk.kept.messages == []


def test_what_is_done_in_the_meantime_is_skipped_with_the_reason(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner)
        FollowUp.objects.update(done_at=TUESDAY_AT_EIGHT)
    desk.run()
    row = desk.row(occurrence)
    assert (row.state, row.reason) == (State.SKIPPED, "the next step is done")
    assert desk.kept.messages == []


def test_a_suppressed_address_gets_nothing(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner)
        Suppression.objects.create(email=desk.owner.email, reason=Suppression.Reason.REFUSED)
    desk.run()
    assert desk.row(occurrence).state == State.SKIPPED
    assert "no such address" in desk.row(occurrence).reason
    assert desk.kept.messages == []


def test_a_held_reminder_waits_for_its_release(desk):
    with desk.inside():
        occurrence = make_reminder(desk.owner)
        hold_mail(occurrence_id=occurrence.id, by=desk.owner)
    desk.run()
    assert desk.row(occurrence).state == State.PLANNED and desk.kept.messages == []
    with desk.inside():
        release_mail(occurrence_id=occurrence.id, by=desk.owner)
    desk.run()
    assert desk.row(occurrence).state == State.SENT and len(desk.kept.messages) == 1


def test_a_reminder_that_cannot_be_rendered_waits_and_the_others_go(desk, monkeypatch):
    with desk.inside():
        broken, fine = make_reminders(desk.owner, ["Broken", "Fine"])
    real = FollowUpOverdue.context

    def context(self, occurrence):
        if occurrence.pk == broken.pk:
            raise ZeroDivisionError
        return real(self, occurrence)

    monkeypatch.setattr(FollowUpOverdue, "context", context)
    desk.run()
    assert desk.row(fine).state == State.SENT
    row = desk.row(broken)
    assert row.state == State.PLANNED and row.not_before > TUESDAY_AT_EIGHT
    assert "ZeroDivisionError" in row.reason


def test_no_transaction_is_open_while_the_mail_server_thinks(desk, committed):
    locked = []

    def look() -> None:
        """Which relations any transaction in this database holds a lock on: from its first query to its end."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            locked.append(cursor.fetchone()[0])
        connections["owner"].close()

    with desk.inside():
        make_reminder(desk.owner)
        look()
    desk.server.before_answer = look
    desk.run()
    assert locked[0] > 0 and locked[1:] == [0]


def test_four_mailers_at_once_send_each_reminder_once(desk):
    with desk.inside():
        make_reminders(desk.owner, [f"Call {number}" for number in range(60)])

    def work(_: int) -> int:
        try:
            return desk.mailer().run(seconds=120)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 60
    assert len(set(desk.kept.ids)) == len(desk.kept.ids) == 60
    with desk.inside():
        assert set(DeliveryAttempt.objects.values_list("number", flat=True)) == {1}


def test_a_mailer_that_runs_out_of_time_says_that_there_is_more(desk):
    with desk.inside():
        make_reminders(desk.owner, ["One", "Two"])
    mailer = desk.mailer()
    assert (mailer.run(seconds=0), mailer.has_more) == (0, True)
    assert (mailer.run(), mailer.has_more) == (2, False)


def test_a_silent_server_is_left_alone_after_five_failures(desk):
    with desk.inside():
        make_reminders(desk.owner, [f"Call {number}" for number in range(8)])
    desk.server.fault = "banner_421"
    assert desk.run() == 0
    with desk.inside():
        assert DeliveryAttempt.objects.count() == 5
    health = MailServer.objects.get()
    assert health.failures == 5 and health.rest_until is not None
    desk.server.fault = ""
    MailServer.objects.update(rest_until=TUESDAY_AT_EIGHT)  # its rest is over
    assert desk.run() == 3
    assert desk.run(TUESDAY_AT_EIGHT + dt.timedelta(minutes=2)) == 5
    health.refresh_from_db()
    assert (health.failures, health.rest_until) == (0, None)


def test_mail_of_the_framework_goes_at_once_and_forgets_its_body(desk):
    backend = StoringEmailBackend()
    send_mail("Your code", "Type 123 456", None, ["New.Person@Employer.example"], connection=backend)
    desk.run(TUESDAY_AT_EIGHT.replace(year=2025), institute_id=NETWORK_ID)
    assert desk.kept.messages == []  # not due by that clock
    Mailer(NETWORK_ID, server=parse_email_url(desk.server.url)).run()
    assert desk.kept.recipients == [["new.person@employer.example"]]
    assert "123 456" in desk.kept.messages[0].get_content()
    with institute_context(NETWORK_ID):
        message = Message.objects.get()
        assert message.occurrence.state == State.SENT
        assert (message.text, message.html) == ("", "") and message.wiped_at
