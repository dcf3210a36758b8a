"""Guessing codes and addresses leads nowhere."""

import re
import threading
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from crm.accounts.views import sign_in
from crm.identity.models import User
from tests.accounts.sign_in_steps import CODE, LOGIN, ask, code_in, signed_in, wrong
from tests.factories.identity import make_user

pytestmark = pytest.mark.usefixtures("quick_answers")


@pytest.mark.parametrize("who", ["unknown", "closed"])
def test_an_address_without_account_gets_the_same_answers(client, user, mailoutbox, who):
    other = Client()
    User.objects.create_user(email="closed@staff.example", name="Gone", is_active=False)
    address = f"{who}@staff.example"
    known, unknown = ask(client), ask(other, address)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    known, unknown = client.get(CODE).content.decode(), other.get(CODE).content.decode()
    assert _without_tokens(known).replace("rosa@staff.example", address) == _without_tokens(unknown)
    known, unknown = client.post(CODE, {"code": "0"}), other.post(CODE, {"code": "0"})
    assert known.status_code == unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(mailoutbox) == 1


def _without_tokens(page):
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", page)


def test_three_wrong_codes_end_the_try(client, user, mailoutbox):
    ask(client)
    code = code_in(mailoutbox[0])
    for _ in range(2):
        assert client.post(CODE, {"code": wrong(code)}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(CODE, {"code": wrong(code)}).url == LOGIN
    assert client.post(CODE, {"code": code}).url == LOGIN
    assert not signed_in(client)


def test_codes_for_one_address_are_limited_wherever_they_are_asked_from(user, mailoutbox):
    answers = [ask(Client(), REMOTE_ADDR=f"192.0.2.{i}", HTTP_X_FORWARDED_FOR=f"10.0.0.{i}") for i in range(4)]
    assert [a.status_code for a in answers] == [302, 302, 302, 422]
    assert len(mailoutbox) == 3


def test_one_machine_is_limited_whatever_it_claims_to_be(user, mailoutbox):
    statuses = [ask(Client(), f"a{i}@staff.example", HTTP_X_FORWARDED_FOR=f"10.0.0.{i}").status_code for i in range(22)]
    assert statuses.count(302) == 20


def test_parallel_guesses_count_each(committed, mailoutbox):
    """Twenty requests with one session at one moment are three tries, not twenty."""
    make_user("Rosa Klein", "rosa@staff.example")
    client = Client()
    ask(client)
    code, cookie = code_in(mailoutbox[0]), client.cookies["sessionid"].value
    statuses = []

    def guess():
        one = Client()
        one.cookies["sessionid"] = cookie
        statuses.append(one.post(CODE, {"code": wrong(code)}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert statuses.count(422) <= 3
    client.post(CODE, {"code": code})
    assert not signed_in(client)


def test_known_and_unknown_addresses_are_answered_at_the_same_moment(user, mailoutbox, settings, work_clock):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": None}
    settings.EMAIL_BACKEND = "crm.mail.backend.StoringEmailBackend"
    ask(Client(), user.email)  # warm: some statements run once in a process
    known, known_slept = work_clock.took(lambda: ask(Client(), user.email))
    unknown, unknown_slept = work_clock.took(lambda: ask(Client(), "nobody@staff.example"))
    assert known == unknown >= sign_in.ANSWER_SECONDS
    assert 0 < known_slept < unknown_slept  # a mail is stored for one of them, and the wait makes up for it


def test_limits_survive_an_attempt_to_crowd_them_out(user, mailoutbox):
    for _ in range(3):
        ask(Client())
    for i in range(400):
        cache.set(f"crowd-{i}", 1, 60)
    assert ask(Client()).status_code == 422
