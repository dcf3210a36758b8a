"""Guessing a second factor leads nowhere, and looking for people through it neither."""

import datetime as dt
import json
import re
import threading
import uuid

import pytest
import redis
from allauth.account.utils import user_pk_to_url_str
from django.core.cache import cache
from django.db import connections
from django.test import Client
from fido2.utils import websafe_encode

from crm.accounts.models import FactorLock, SecondFactorChange
from crm.accounts.views import second_step
from crm.base.clock import now
from crm.base.context import NETWORK_ID, institute_context
from crm.identity.models import User
from tests import servers
from tests.accounts.sign_in_steps import CODE, LOGIN, ask, code_in, signed_in
from tests.factories.identity import make_user
from tests.factories.second_factors import code_of, give_app, recovery_codes_of

pytestmark = pytest.mark.usefixtures("quick_answers")

STEP = "/accounts/login/second-factor/"
PASSKEY = "/accounts/login/passkey/"


@pytest.fixture
def app(user):
    return give_app(user)


def at_the_step(mailoutbox):
    client = Client()
    ask(client)
    client.post(CODE, {"code": code_in(mailoutbox[-1])})
    return client


def guess(client, times=1):
    return [client.post(STEP, {"code": "000000"}) for _ in range(times)]


def test_five_wrong_codes_lock_the_step_wherever_they_come_from(user, app, mailoutbox):
    first, second = at_the_step(mailoutbox), at_the_step(mailoutbox)
    guess(first, 3)
    [*_, last] = guess(second, 2)
    assert "too many wrong tries" in last.content.decode()
    assert "too many wrong tries" in first.post(STEP, {"code": code_of(app)}).content.decode()
    assert "too many" in second.post(STEP, {"code": recovery_codes_of(user)[0]}).content.decode()
    assert not signed_in(first) and not signed_in(second)


def test_a_lock_is_written_down_and_mailed_once(user, app, mailoutbox):
    client = at_the_step(mailoutbox)
    mailoutbox.clear()
    guess(client, 8)
    assert [m.subject for m in mailoutbox] == ["Too many wrong tries at signing in as you"]
    assert mailoutbox[0].to == [user.email]
    with institute_context(NETWORK_ID):
        assert SecondFactorChange.objects.get().kind == "locked"


def test_a_lock_ends_and_the_next_is_twice_as_long(user, app, mailoutbox):
    lengths = []
    for _ in range(3):
        FactorLock.objects.update(locked_until=now() - dt.timedelta(seconds=1))
        guess(at_the_step(mailoutbox), 5)
        lengths.append(round((FactorLock.objects.get().locked_until - now()).total_seconds() / 60))
        mailoutbox.clear()
        cache.clear()
    assert lengths == [15, 30, 60]


def test_the_right_code_forgets_the_wrong_ones(user, app, mailoutbox):
    client = at_the_step(mailoutbox)
    guess(client, 4)
    assert client.post(STEP, {"code": code_of(app)}).url == "/"
    assert FactorLock.objects.get().wrong == 0


def test_parallel_guesses_count_each(committed, mailoutbox):
    user = make_user("Rosa Klein", "rosa@staff.example")
    give_app(user)
    client = at_the_step(mailoutbox)
    cookie, pages = client.cookies["sessionid"].value, []

    def one_guess():
        one = Client()
        one.cookies["sessionid"] = cookie
        pages.append(one.post(STEP, {"code": "000000"}).content.decode())
        connections.close_all()

    threads = [threading.Thread(target=one_guess) for _ in range(12)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sum("That is not the code" in page for page in pages) <= 4 * 2  # the summary and the field
    assert FactorLock.objects.get().locks == 1


def test_emptying_the_broker_resets_no_limit(user, app, mailoutbox):
    client = at_the_step(mailoutbox)
    guess(client, 5)
    ask(Client()), ask(Client())
    redis.Redis.from_url(servers.valkey.url.replace("redis+socket://", "unix://")).flushall()
    assert "too many" in client.post(STEP, {"code": code_of(app)}).content.decode()
    assert ask(Client()).status_code == 422


def test_asking_for_a_code_tells_nobody_who_has_a_second_factor(user, app, mailoutbox):
    pages = []
    for address in (user.email, "nobody@staff.example"):
        client = Client()
        assert ask(client, address).url == CODE
        wrong = client.post(CODE, {"code": "0"})
        page = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", wrong.content.decode())
        pages.append((wrong.status_code, page.replace(address, "")))
    assert pages[0] == pages[1]


def passkey_answer(client, user_id):
    client.get(PASSKEY)
    handle = websafe_encode(user_pk_to_url_str(User(pk=user_id)).encode())
    text = websafe_encode(b"{}")
    response = {"clientDataJSON": text, "authenticatorData": text, "signature": text, "userHandle": handle}
    return {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {}, "response": response}


def test_passkeys_of_nobody_and_wrong_ones_get_the_same_words_at_the_same_moment(user, settings, work_clock):
    settings.ACCOUNT_RATE_LIMITS = {"passkey": None}
    client = Client()

    def answered(user_id):
        credential = json.dumps(passkey_answer(client, user_id))
        answers = []
        took = work_clock.took(lambda: answers.append(client.post(PASSKEY, {"credential": credential})))
        assert answers[0].url == LOGIN
        assert "That passkey is not known here" in client.get(LOGIN).content.decode()
        return took

    answered(user.id)
    (known, known_slept), (unknown, unknown_slept) = answered(user.id), answered(uuid.uuid4())
    assert known == unknown >= second_step.ANSWER_SECONDS
    assert min(known_slept, unknown_slept) > 0


@pytest.mark.parametrize(
    "credential",
    ["", "null", "[]", "7", '"x"', "{", '{"id": 1}', '{"response": {"userHandle": "AAAA"}}', '{"response": 3}', "\x00"],
)
def test_rubbish_instead_of_a_passkey_is_refused(user, app, mailoutbox, credential):
    client = Client()
    client.get(PASSKEY)
    assert client.post(PASSKEY, {"credential": credential}).url == LOGIN
    step = at_the_step(mailoutbox)
    assert step.post(STEP, {"credential": credential}).status_code == 422
    assert step.post(STEP, {"code": credential}).status_code == 422
    assert not signed_in(client) and not signed_in(step)


def test_passkey_tries_of_one_machine_are_limited(user):
    client = Client()
    answers = [client.post(PASSKEY, {"credential": "{}"}, follow=True).content.decode() for _ in range(21)]
    assert "too many tries" in answers[-1] and "too many tries" not in answers[-2]
