"""What a person at a page notices when a server behind it is away: an answer, in time, and nothing lost.

A page beside a hanging broker: tests/faults/test_wake_ups.py. What the mailer does about each fault of a mail server:
tests/workers/test_mailer.py.
"""

import datetime as dt
import time

import pytest
from django.db import connections

from crm.base.clock import now
from crm.base.context import institute_context
from crm.mail.models import Occurrence
from crm.mail.server import parse_email_url
from crm.mail.states import State
from tests.factories.mail import TUESDAY_AT_EIGHT, make_reminders
from tests.workers.processes import stopped_database
from workers.mailer import Mailer

TOO_LONG = 3  # seconds


@pytest.fixture
def manager(committed, yhiot, people, client_for):
    """The partnership manager's client."""
    client = client_for(people.partnership_manager, yhiot)
    client.raise_request_exception = False
    return client


def test_the_mail_page_says_that_the_mail_server_is_away_and_the_reminders_leave_when_it_is_back(
    manager, people, yhiot, scripted_server, settings
):
    server = scripted_server("banner_421")
    settings.EMAIL_URL = server.url
    with institute_context(yhiot.id):
        make_reminders(people.partnership_manager, [f"Call {number}" for number in range(6)])

    def send(moment: dt.datetime) -> int:
        return Mailer(yhiot.id, clock=lambda: moment, server=parse_email_url(server.url, timeout=0.5)).run()

    assert send(max(now(), TUESDAY_AT_EIGHT)) == 0
    said = manager.get("/mail/").content.decode()
    assert "The mail server does not answer" in said
    assert said.count("Call ") == 6, "all are still to go"
    server.fault = ""
    assert send(max(now(), TUESDAY_AT_EIGHT) + dt.timedelta(hours=1)) == 6
    assert "The mail server does not answer" not in manager.get("/mail/").content.decode()
    with institute_context(yhiot.id):
        assert set(Occurrence.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_page_says_within_three_seconds_that_the_database_is_away_and_works_again_after(manager):
    assert manager.get("/employers/").status_code == 200
    with stopped_database():
        began = time.monotonic()
        response = manager.get("/employers/")
        assert time.monotonic() - began < TOO_LONG
        assert response.status_code == 503
        assert "The database does not answer. Nothing is lost" in response.content.decode()
        assert response["Retry-After"] == "30"
    connections.close_all()
    assert manager.get("/employers/").status_code == 200
