"""Who gets in: a token in force, and never with more than its person's roles."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from crm.accounts.actions import create_token, end_role, revoke_token, rotate_token
from crm.accounts.models import ApiToken
from crm.base.clock import now
from crm.base.context import institute_context
from crm.base.errors import Conflict, DomainError, NotAllowed, NotFound
from crm.identity.models import Membership, User
from crm.identity.roles import Permission, Role
from crm.outbox.models import Entry
from tests.api_client import ApiClient, make_token
from tests.factories.identity import give_role, make_user

P = Permission


@pytest.fixture
def made(people, yhiot):
    return make_token(people.partnership_manager, yhiot)


def _status(secret: str) -> int:
    return ApiClient(secret).get("employers/").status_code


def test_a_token_gets_in_and_is_remembered_as_used(made):
    assert _status(made.secret) == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT requests FROM core_apiuse WHERE token_id = %s", [made.token.pk])
        assert cursor.fetchone() == (1,)


def test_only_the_digest_of_the_secret_is_kept(made):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.institutes', %s, true)", ["{" + str(made.token.institute_id) + "}"])
        cursor.execute("SELECT t::text FROM accounts_apitoken t")
        [(row,)] = cursor.fetchall()
    assert made.secret not in row
    assert made.token.prefix in row and len(made.token.prefix) < 20


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer iot_live_nothing", "Basic YTpi", "Bearer \x00", "bearer ü"]
)
def test_anything_else_is_401_with_one_answer(header, made):
    response = ApiClient().get("employers/", HTTP_AUTHORIZATION=header)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:anchorpoint:problem:unauthenticated"


def test_a_token_ends_by_time_by_hand_and_with_its_persons_last_role(made, people, yhiot):
    manager = people.partnership_manager
    with time_machine.travel(made.token.expires_at + dt.timedelta(seconds=1), tick=False):
        assert _status(made.secret) == 401
    other = make_token(manager, yhiot)
    with institute_context(yhiot.id, user_id=manager.id):
        revoke_token(token=other.token, by=manager)
        with pytest.raises(Conflict, match="ended already"):
            revoke_token(token=other.token, by=manager)
    assert (_status(other.secret), _status(made.secret)) == (401, 200)
    with institute_context(yhiot.id):
        end_role(membership=Membership.objects.get(user=manager), by=None)
    assert _status(made.secret) == 401


def test_a_token_of_a_closed_account_is_nothing(made, people):
    User.objects.filter(pk=people.partnership_manager.pk).update(is_active=False)
    assert _status(made.secret) == 401


def test_a_role_that_was_taken_away_takes_its_rights_from_the_token(people, yhiot):
    user = people.partnership_manager
    give_role(user, yhiot, Role.AUDITOR)
    made = make_token(user, yhiot)
    with institute_context(yhiot.id):
        end_role(membership=Membership.objects.get(user=user, role=Role.PARTNERSHIP_MANAGER), by=None)
    client = ApiClient(made.secret)
    assert client.get("employers/").status_code == 200
    assert client.post("employers/", {"name": "Arco"}).status_code == 403


def test_a_token_reads_unless_more_is_asked_for(people, yhiot):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        token = create_token(name="Figures", user=manager, by=manager).token
        assert token.rights and all(right.name.startswith("SEE_") for right in token.rights)
        assert dt.timedelta(days=89) < token.expires_at - now() < dt.timedelta(days=91)
        stored = Entry.objects.get(type="crm.token_created")
        assert token.prefix not in str(stored.payload)


def test_a_token_is_refused_what_its_person_may_not(people, yhiot):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        for scopes in ([P.MOVE_MONEY], [P.SEE_EMPLOYERS, P.PAY_BURSARIES], [P.SIGN_IN], []):
            with pytest.raises(DomainError, match="Choose among the rights"):
                create_token(name="More", user=manager, scopes=scopes, by=manager)
        for moment in (now() - dt.timedelta(days=1), now() + dt.timedelta(days=400)):
            with pytest.raises(DomainError, match="within a year"):
                create_token(name="Long", user=manager, expires_at=moment, by=manager)
        with pytest.raises(DomainError, match="what the token is for"):
            create_token(name=" ", user=manager, by=manager)
        with pytest.raises(NotAllowed):
            create_token(name="Mine", user=manager, by=people.auditor)
        with pytest.raises(NotFound):
            create_token(name="Nobody", user=(stranger := make_user("Stranger")), by=stranger)
        assert ApiToken.objects.count() == 0


def test_a_replaced_token_works_a_week_longer(made, people, yhiot):
    manager = people.partnership_manager
    with institute_context(yhiot.id, user_id=manager.id):
        new = rotate_token(token=made.token, by=manager)
        with pytest.raises(NotAllowed):
            rotate_token(token=new.token, by=people.auditor)
    assert new.token.scopes == made.token.scopes
    assert (_status(made.secret), _status(new.secret)) == (200, 200)
    with time_machine.travel(now() + dt.timedelta(days=8), tick=False):
        assert (_status(made.secret), _status(new.secret)) == (401, 200)


def test_a_token_works_in_its_own_institute_alone(people, yhiot, liot):
    """The same person in two institutes has a token for each, and neither sees the other's rows."""
    user = people.partnership_manager
    give_role(user, liot, Role.PARTNERSHIP_MANAGER)
    here, there = ApiClient(make_token(user, yhiot).secret), ApiClient(make_token(user, liot).secret)
    made = here.post("employers/", {"name": "Arco"}).json()
    assert there.get(f"employers/{made['id']}/").status_code == 404
    assert there.get("employers/").json()["items"] == []
    assert here.get("/i/liot/api/v1/employers/").status_code == 401


def test_a_session_is_nobody_here(client_for, people, yhiot):
    signed_in = client_for(people.director)
    assert signed_in.get("/api/v1/employers/").status_code == 401


def test_a_token_is_no_session_on_the_pages(made):
    response = ApiClient(made.secret).get("/i/yhiot/employers/")
    assert response.status_code == 302 and "login" in response["Location"]


def test_too_many_requests_wait_for_the_next_minute(made, monkeypatch):
    monkeypatch.setattr(settings, "API_REQUESTS_PER_MINUTE", 2)
    client = ApiClient(made.secret)
    answers = [client.get("tiers/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["type"] == "urn:anchorpoint:problem:too_many"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_apiuse SET minute = minute - interval '1 minute'")
    assert client.get("tiers/").status_code == 200
