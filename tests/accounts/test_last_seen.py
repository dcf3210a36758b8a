"""Where one is signed in is noted every few minutes, and costs a request nothing in between."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from crm.accounts import last_seen
from tests.factories.identity import make_user
from tests.queries import own_queries

SESSIONS = "/accounts/sessions/"


@pytest.fixture
def client(client_for, people, yhiot):
    """Signed in, and seen once."""
    client = client_for(people.partnership_manager, yhiot)
    client.get("/shortcuts/", headers={"user-agent": "Firefox"})
    return client


def tracking(client, **headers) -> list[str]:
    with own_queries() as queries:
        client.get("/shortcuts/", headers={"user-agent": "Firefox"} | headers)
    assert any("django_session" in sql for sql in queries)
    return [sql for sql in queries if "usersessions" in sql]


def test_a_request_asks_nothing_about_where_one_is_signed_in(client):
    assert [tracking(client) for _ in range(3)] == [[], [], []]


def test_after_some_minutes_it_is_noted_again(client, monkeypatch):
    before = UserSession.objects.get().last_seen_at
    monkeypatch.setattr(last_seen, "NOTE_EVERY_SECONDS", -1)
    assert len(tracking(client)) == 2
    assert UserSession.objects.get().last_seen_at > before


def test_another_browser_or_address_is_noted_at_once(client):
    assert tracking(client, **{"user-agent": "Chrome"}) != []
    assert UserSession.objects.get().user_agent == "Chrome"
    assert tracking(client, **{"user-agent": "Chrome"}) == []


def test_a_device_signed_out_is_out_though_it_was_noted_a_moment_ago(client_for, people, yhiot):
    person = people.director
    here, there = client_for(person), client_for(person)
    there.get(SESSIONS)
    here.get(SESSIONS)
    row = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"{SESSIONS}{row.pk}/end/")
    assert there.get(SESSIONS).status_code == 302


def test_nobody_signed_in_leaves_no_trace(db):
    make_user()
    Client().get(SESSIONS)
    assert not UserSession.objects.exists()


def test_the_oldest_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(last_seen, "MOST_REMEMBERED", 2)
    noted, client = last_seen._NotedLately(), ("127.0.0.1", "Firefox")
    for key in ("a", "b", "c"):
        noted.add(key, client)
    assert [noted.covers(key, client) for key in ("a", "b", "c")] == [False, True, True]
