"""Where one is signed in, and signing out elsewhere; and where one starts."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from crm.accounts.sessions import device
from crm.identity.roles import Role
from tests.factories.identity import give_role, make_user

SESSIONS = "/accounts/sessions/"
AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36": (
        "Chrome on Windows"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0": "Edge on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on Linux",
    "curl/8.9": "Unknown device",
}


@pytest.fixture
def user(db):
    return make_user("Rosa Klein")


@pytest.fixture
def devices(client_for, user):
    """Three signed-in devices of one person."""
    made = [client_for(user) for _ in range(3)]
    for client, agent in zip(made, AGENTS, strict=False):
        client.get(SESSIONS, headers={"user-agent": agent})
    return made


def row_of(client):
    return UserSession.objects.get(session_key=client.session.session_key)


@pytest.mark.parametrize(("agent", "said"), AGENTS.items(), ids=AGENTS.values())
def test_a_device_is_named_in_words(agent, said):
    assert device(agent) == said


def test_the_page_lists_devices_and_marks_this_one(devices):
    page = devices[0].get(SESSIONS, headers={"user-agent": next(iter(AGENTS))}).content.decode()
    assert page.count("This one") == 1
    assert "Chrome on Windows" in page and "Safari on iPhone" in page


def test_a_device_that_is_signed_out_is_out_at_its_next_request(devices):
    here, there, _ = devices
    here.post(f"{SESSIONS}{row_of(there).pk}/end/")
    assert there.get(SESSIONS).status_code == 302
    assert here.get(SESSIONS).status_code == 200


def test_all_other_devices_are_signed_out_at_once(devices):
    here, *others = devices
    here.post(f"{SESSIONS}others/end/")
    assert [client.get(SESSIONS).status_code for client in others] == [302, 302]
    assert here.get(SESSIONS).status_code == 200


def test_nobody_ends_the_session_of_another(devices, client_for):
    stranger = client_for(make_user())
    assert stranger.post(f"{SESSIONS}{row_of(devices[0]).pk}/end/").status_code == 404
    assert devices[0].get(SESSIONS).status_code == 200


def test_the_start_leads_to_the_only_institute(client_for, people, yhiot):
    assert client_for(people.director).get("/accounts/").url == "/i/yhiot/"


def test_the_start_asks_where_to_when_there_are_several(client_for, people, yhiot, liot):
    give_role(people.director, liot, Role.AUDITOR)
    page = client_for(people.director).get("/accounts/").content.decode()
    assert "/i/yhiot/" in page and "/i/liot/" in page


def test_the_start_leads_a_sponsors_contact_to_the_portal(client_for, people):
    assert client_for(people.sponsor_contact).get("/accounts/").url == "/portal/"


def test_the_start_says_so_when_there_is_no_role(client_for, user):
    assert "no role at the moment" in client_for(user).get("/accounts/").content.decode()


def test_the_root_leads_to_the_start(client_for, people):
    assert client_for(people.director).get("/", follow=True).redirect_chain[-1][0] == "/i/yhiot/"


def test_nobody_signed_in_is_asked_to(db):
    assert Client().get("/accounts/").url == "/accounts/login/?next=%2Faccounts%2F"
