"""Signing in through the public door, the code read from the mail."""

import re
import time

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import Membership, User
from crm.mail.models import Message
from tests.accounts.sign_in_steps import CODE, LOGIN, ask, code_in, signed_in, wrong

pytestmark = pytest.mark.usefixtures("quick_answers")


def test_the_code_from_the_mail_signs_in(client, user, mailoutbox):
    response = ask(client)
    assert response.url == CODE
    assert client.post(CODE, {"code": code_in(mailoutbox[0])}).url == "/"
    assert client.session["_auth_user_id"] == str(user.id)


def test_the_code_may_be_typed_without_its_dash(client, user, mailoutbox):
    ask(client)
    client.post(CODE, {"code": f" {code_in(mailoutbox[0]).replace('-', '')} "})
    assert signed_in(client)


def test_the_address_may_be_typed_in_capitals(client, user, mailoutbox):
    ask(client, "ROSA@Staff.Example")
    assert mailoutbox[0].to == ["rosa@staff.example"] or mailoutbox[0].to == ["ROSA@Staff.Example"]
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert signed_in(client)


def test_the_subject_does_not_show_the_code(client, user, mailoutbox):
    ask(client)
    assert mailoutbox[0].subject == "Your sign-in code"
    assert mailoutbox[0].extra_headers["X-Mail-Kind"] == "account/email/login_code"


def test_a_code_is_good_for_ten_minutes_only(client, user, mailoutbox, monkeypatch):
    ask(client)
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    response = client.post(CODE, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "no longer good" in response.content.decode()
    assert not signed_in(client)


def test_a_used_code_does_not_sign_in_again(client, user, mailoutbox):
    ask(client)
    code = code_in(mailoutbox[0])
    client.post(CODE, {"code": code})
    client.post("/accounts/logout/")
    assert client.post(CODE, {"code": code}).url == LOGIN
    assert not signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked(client, user, mailoutbox):
    ask(client)
    stranger = Client()
    assert stranger.post(CODE, {"code": code_in(mailoutbox[0])}).url == LOGIN
    ask(stranger, "rosa@staff.example")
    stranger.post(CODE, {"code": code_in(mailoutbox[0])})
    assert not signed_in(stranger)


def test_a_newer_code_replaces_the_older(client, user, mailoutbox):
    ask(client)
    ask(client)
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert not signed_in(client)
    client.post(CODE, {"code": code_in(mailoutbox[1])})
    assert signed_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "http://testserver/i/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
    ],
)
def test_next_leads_nowhere_else(client, user, mailoutbox, target):
    client.post(f"{LOGIN}?next={target}", {"email": user.email})
    assert client.post(f"{CODE}?next={target}", {"code": code_in(mailoutbox[0])}).url == "/"


def test_next_leads_back_to_the_page_that_asked(client, user, mailoutbox):
    response = client.post(f"{LOGIN}?next=/i/yhiot/employers/", {"email": user.email})
    assert client.post(response.url, {"code": code_in(mailoutbox[0])}).url == "/i/yhiot/employers/"


def test_the_session_key_rotates(client, user, mailoutbox):
    ask(client)
    before = client.session.session_key
    client.post(CODE, {"code": code_in(mailoutbox[0])})
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_a_session_ends_twelve_hours_after_sign_in_whatever_happens_in_it(client_for, user, monkeypatch):
    client = client_for(user)
    session = client.session
    session["changed"] = True
    session.save()
    assert abs(session.get_expiry_age() - 12 * 3600) < 60
    ends = session.get_expiry_date()
    session["changed"] = "again"
    session.save()
    assert client.session.get_expiry_date() == ends


def test_every_form_needs_its_token(user):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(LOGIN, {"email": user.email}).status_code == 403
    assert strict.post("/accounts/logout/").status_code == 403


def test_account_pages_are_stored_nowhere(client, user, client_for):
    ask(client)
    for path in (LOGIN, CODE):
        assert "no-store" in client.get(path)["Cache-Control"]
    for path in ("/accounts/", "/accounts/sessions/", "/accounts/logout/"):
        assert "no-store" in client_for(user).get(path)["Cache-Control"]


def test_nothing_secret_is_logged(client, user, mailoutbox, caplog):
    caplog.set_level("DEBUG")
    ask(client)
    code = code_in(mailoutbox[0])
    client.post(CODE, {"code": wrong(code)})
    client.post(CODE, {"code": code})
    assert code not in caplog.text and user.email not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_reset_password",
        "account_set_password",
        "account_change_password",
        "account_email",
        "account_reauthenticate",
        "account_inactive",
        "account_email_verification_sent",
        "socialaccount_connections",
        "socialaccount_signup",
        "openid_connect_login",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_add_webauthn",
    ],
)
def test_the_other_ways_of_allauth_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_password_signs_nobody_in(client, user):
    user.set_password("correct horse")
    user.save()
    client.post(LOGIN, {"email": user.email, "login": user.email, "password": "correct horse"})
    assert not signed_in(client)


def test_a_closed_account_is_out_at_the_next_request(client_for, user):
    client = client_for(user)
    assert client.get("/accounts/sessions/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/accounts/sessions/").url.startswith(LOGIN)


def test_an_account_closed_between_code_and_sign_in_stays_out(client, user, mailoutbox):
    ask(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post(CODE, {"code": code_in(mailoutbox[0])}).url == LOGIN
    assert not signed_in(client)


def test_an_ended_role_is_gone_at_the_next_request(client_for, people, yhiot):
    client = client_for(people.institute_administrator, yhiot)
    assert client.get("/i/yhiot/accounts/people/").status_code == 200
    with institute_context(yhiot.id):
        Membership.objects.filter(user=people.institute_administrator).update(is_active=False)
    assert client.get("/i/yhiot/accounts/people/").status_code == 404


def test_the_code_is_stored_mail_of_the_network_and_a_secret(client, user, settings):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    ask(client)
    with institute_context(NETWORK_ID):
        message = Message.objects.get()
        assert message.is_secret
        assert message.occurrence.rule == "accounts.sign_in_code"
        code = re.search(r"\b\d{4}-\d{4}\b", message.text)[0]
    client.post(CODE, {"code": code})
    assert signed_in(client)


def test_no_mail_is_stored_for_a_stranger(client, user, settings):
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    ask(client, "stranger@elsewhere.example")
    with institute_context(NETWORK_ID):
        assert not Message.objects.exists()
