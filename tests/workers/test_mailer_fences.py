"""A worker that stops, stalls or comes back late never loses a message and never sends one twice unseen."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from crm.base.context import NETWORK_ID, institute_context
from crm.base.errors import Conflict
from crm.mail.actions import hold_mail
from crm.mail.backend import StoringEmailBackend
from crm.mail.models import Message, Occurrence
from crm.mail.server import parse_email_url
from crm.mail.smtp import Outcome, Phase, Verdict
from crm.mail.states import State
from tests.factories.mail import TUESDAY_AT_EIGHT, make_reminder
from workers.mail_queue import MailQueue
from workers.mailer import Mailer

SENT = Outcome(Verdict.SENT, Phase.ACCEPTED, 250, "OK")


@pytest.fixture
def queue(committed, yhiot):
    """`queue()`: another worker's hands on the same institute."""
    names = iter("abcdefgh")
    return lambda: MailQueue(yhiot.id, yhiot.code, next(names))


@pytest.fixture
def reminder(queue, yhiot, people):
    with institute_context(yhiot.id):
        return make_reminder(people.partnership_manager)


def claim(hands):
    return hands.claim(TUESDAY_AT_EIGHT, window_is_open=True)


def end_leases(institute_id):
    """As if the workers had been away for longer than their lease."""
    with institute_context(institute_id):
        Occurrence.objects.filter(lease_until__isnull=False).update(lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def row(occurrence, institute_id):
    with institute_context(institute_id):
        found = Occurrence.objects.get(pk=occurrence.pk)
        return found, [(a.number, a.phase, a.result) for a in found.attempts.all()]


def test_a_claim_that_lapsed_before_the_hand_over_is_planned_again_and_may_not_go_on(queue, reminder, yhiot):
    first, second = queue(), queue()
    stalled = claim(first)
    end_leases(yhiot.id)
    assert second.take_back() == 1
    assert not first.hand_over(stalled, Message(), TUESDAY_AT_EIGHT)
    ours = claim(second)
    assert ours.attempt == 2
    assert not first.hand_over(stalled, Message(), TUESDAY_AT_EIGHT)
    first.settle(stalled, Message(), SENT, TUESDAY_AT_EIGHT)
    found, attempts = row(reminder, yhiot.id)
    assert (found.state, found.owner) == (State.CLAIMED, second.owner)
    assert second.hand_over(ours, Message(), TUESDAY_AT_EIGHT)


def test_a_lease_that_is_over_stops_the_hand_over_even_before_anybody_notices(queue, reminder, yhiot):
    hands = queue()
    stalled = claim(hands)
    end_leases(yhiot.id)
    assert not hands.hand_over(stalled, Message(), TUESDAY_AT_EIGHT)
    assert row(reminder, yhiot.id)[0].state == State.CLAIMED


def test_a_hand_over_without_an_answer_may_have_arrived_and_is_not_repeated(queue, reminder, yhiot):
    first, second = queue(), queue()
    first.hand_over(claim(first), Message(), TUESDAY_AT_EIGHT)
    end_leases(yhiot.id)
    assert second.take_back() == 1
    found, attempts = row(reminder, yhiot.id)
    assert found.state == State.UNKNOWN and "stopped" in found.reason
    assert attempts == [(1, "body", "unknown")]
    assert claim(second) is None


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (SENT, State.SENT),
        (Outcome(Verdict.RETRY, Phase.BODY, 451, "later"), State.PLANNED),
        (Outcome(Verdict.REFUSED, Phase.BODY, 554, "no"), State.FAILED),
    ],
)
def test_a_worker_that_was_only_paused_still_says_what_the_server_answered(queue, reminder, yhiot, outcome, state):
    first, second = queue(), queue()
    paused = claim(first)
    first.hand_over(paused, Message(), TUESDAY_AT_EIGHT)
    end_leases(yhiot.id)
    second.take_back()
    first.settle(paused, Message(), outcome, TUESDAY_AT_EIGHT)
    found, attempts = row(reminder, yhiot.id)
    assert found.state == state
    assert attempts == [(1, "body", "unknown"), (1, outcome.phase, state)]


def test_a_message_that_stops_its_worker_each_time_fails_in_the_end(queue, reminder, yhiot):
    hands = queue()
    tries = 0
    while claim(hands):
        tries += 1
        end_leases(yhiot.id)
        hands.take_back()
    found, _ = row(reminder, yhiot.id)
    assert (tries, found.state) == (9, State.FAILED)
    assert "each of 9 times" in found.reason


def test_a_hold_and_a_claim_at_the_same_moment_never_both_win(queue, yhiot, people):
    manager = people.partnership_manager
    for number in range(12):
        with institute_context(yhiot.id):
            occurrence = make_reminder(manager, f"Call {number}")
        barrier = Barrier(2)

        def hold(pk=occurrence.pk, barrier=barrier) -> bool:
            try:
                barrier.wait(10)
                with institute_context(yhiot.id, user_id=manager.id):
                    hold_mail(occurrence_id=pk, by=manager)
                return True
            except Conflict:
                return False
            finally:
                connection.close()

        def take(barrier=barrier) -> bool:
            try:
                barrier.wait(10)
                return claim(MailQueue(yhiot.id, yhiot.code, "barrier")) is not None
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            held, taken = pool.submit(hold), pool.submit(take)
        assert held.result() != taken.result()
        found, _ = row(occurrence, yhiot.id)
        assert found.is_held == held.result()
        assert found.state == (State.CLAIMED if taken.result() else State.PLANNED)


def stored_code():
    StoringEmailBackend().send_messages([EmailMessage("Code", "123", to=["a@x.example"])])
    with institute_context(NETWORK_ID):
        return Message.objects.select_related("occurrence").get()


def again():
    with institute_context(NETWORK_ID):
        return Message.objects.select_related("occurrence").get()


def test_a_code_that_the_server_refused_for_now_is_still_good(committed, scripted_server):
    server = scripted_server("dot_451")
    stored_code()
    Mailer(NETWORK_ID, server=parse_email_url(server.url)).run()
    message = again()
    assert (message.occurrence.state, message.text, message.wiped_at) == (State.PLANNED, "123", None)


def test_a_code_that_may_have_arrived_is_wiped(committed, scripted_server):
    server = scripted_server("dot_drop")
    stored_code()
    Mailer(NETWORK_ID, server=parse_email_url(server.url)).run()
    message = again()
    assert (message.occurrence.state, message.text) == (State.UNKNOWN, "")


def test_a_code_that_is_too_old_is_wiped_and_missed(committed, scripted_server):
    server = scripted_server()
    expires_at = stored_code().occurrence.expires_at
    Mailer(NETWORK_ID, clock=lambda: expires_at, server=parse_email_url(server.url)).run()
    message = again()
    assert (message.occurrence.state, message.text) == (State.MISSED, "")
    assert server.kept.messages == []
