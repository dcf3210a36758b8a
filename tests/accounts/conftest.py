"""Somebody with an account, a sign-in page that does not wait, and a college's OpenID provider."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from django.db import connection

from crm.accounts.views import second_step, sign_in
from tests.factories.identity import make_user


@pytest.fixture
def quick_answers(request, monkeypatch):
    """The answer's fixed length is looked at by those who ask for `work_clock`, and left out of the others."""
    if "work_clock" not in request.fixturenames:
        for views in (sign_in, second_step):
            monkeypatch.setattr(views, "ANSWER_SECONDS", 0)


class WorkClock:
    """A clock that goes on by a hundredth of a second for each statement and by what is slept, and by nothing else: so
    an answer takes the same time on every machine, and what it waits for can be told."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.slept += seconds

    def took(self, work) -> tuple[float, float]:
        """The seconds until `work` was done, and how many of them were slept."""
        started, slept = self.seconds, self.slept
        with connection.execute_wrapper(self._statement):
            work()
        return round(self.seconds - started, 6), round(self.slept - slept, 6)

    def _statement(self, execute, sql, params, many, context):
        self.seconds += 0.01
        return execute(sql, params, many, context)


@pytest.fixture
def work_clock(monkeypatch) -> WorkClock:
    """The clock by which the pages of signing in measure their answers."""
    clock = WorkClock()
    for views in (sign_in, second_step):
        monkeypatch.setattr(views, "time", clock)
    return clock


@pytest.fixture
def user(db):
    return make_user("Rosa Klein", "rosa@staff.example")


@pytest.fixture(scope="session")
def issuer():
    """The address of an OpenID provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(__file__).with_name("openid_provider.py")
    process = subprocess.Popen([sys.executable, str(program), str(port)], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(1200):  # a minute: it imports a lot, and other tests run beside it
        try:
            requests.get(f"{url}/jwks", timeout=5)
            break
        except requests.ConnectionError:
            assert process.poll() is None, "the provider did not start"
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait()
