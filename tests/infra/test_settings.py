"""What the settings of a server and of a single machine refuse, and with which words."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm.settings import env
from tests import servers
from tests.infra.running import manage, run

SERVER = {
    "DJANGO_SETTINGS_MODULE": "crm.settings.production",
    "DATABASE_URL": "postgresql://app@db/anchorpoint",
    "DATABASE_OWNER_URL": "postgresql://owner@db/anchorpoint",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "SITE_URL": "https://crm.example.ac.uk",
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnop",
    "LEARNER_HASH_KEY": "l" * 60,
    "SECOND_FACTOR_KEY": "s" * 60,
}


def test_server_passes_the_deployment_check() -> None:
    urls = servers.postgres.urls(servers.DATABASE)
    done = manage("check", "--deploy", "--fail-level", "WARNING", **{**SERVER, "DATABASE_URL": urls.app_url})
    assert done.returncode == 0, done.stderr
    assert done.stdout == "System check identified no issues (0 silenced).\n"


NEEDED = ["SECRET_KEY", "LEARNER_HASH_KEY", "SECOND_FACTOR_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL"]


@pytest.mark.parametrize("name", NEEDED)
def test_server_does_not_start_without_what_it_needs(name: str) -> None:
    done = manage("check", **{key: value for key, value in SERVER.items() if key != name})
    assert done.returncode == 1
    assert f"{name} is not set." in done.stderr


@pytest.mark.parametrize("command", ["migrate", "backup", "restore nothing.dump"])
def test_command_of_the_owner_says_that_it_has_not_got_the_owners_address(command: str) -> None:
    """What serves visitors runs without that address."""
    done = manage(*command.split(), **{key: value for key, value in SERVER.items() if key != "DATABASE_OWNER_URL"})
    assert done.returncode == 1
    assert "DATABASE_OWNER_URL is not set. This command needs" in done.stderr


def test_server_refuses_a_key_that_could_be_guessed() -> None:
    done = manage("check", **{**SERVER, "SECOND_FACTOR_KEY": "hunter2"})
    assert done.returncode == 1
    assert "SECOND_FACTOR_KEY is too short." in done.stderr


SHOW = """
from django.conf import settings as s
print(s.DEMO, s.DEBUG, s.ALLOWED_HOSTS, s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_SSL_REDIRECT)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SECURE_PROXY_SSL_HEADER)
print(getattr(s, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))
"""


def shown(**variables: str) -> str:
    """What a server's settings are with these variables."""
    done = run("-c", SHOW, **{**SERVER, **variables})
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split("\n")).strip()


def test_server_is_closed_by_default_and_no_variable_makes_a_demo_of_it() -> None:
    closed = "False False ['crm.example.ac.uk'] True True True True True"
    assert shown(DEMO="1", DEBUG="1") == f"{closed} ('HTTP_X_FORWARDED_PROTO', 'https') 1"


def test_server_counts_its_proxies_and_without_one_trusts_no_header() -> None:
    assert shown(BEHIND_PROXY="2").endswith(" 2")
    assert shown(BEHIND_PROXY="0").endswith(" None 0")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SITE_URL", "http://crm.example.ac.uk", "begins with https://"),
        ("SITE_URL", "crm.example.ac.uk", "begins with https://"),
        ("BEHIND_PROXY", "yes", "Set it to a number"),
    ],
)
def test_server_refuses_what_would_leave_it_open(variable: str, value: str, words: str) -> None:
    done = manage("check", **{**SERVER, variable: value})
    assert done.returncode == 1
    assert words in done.stderr


def test_server_refuses_a_database_role_that_row_security_does_not_bind() -> None:
    """The owner's address given as the application's: the likeliest mistake."""
    urls = servers.postgres.database("infra_swapped")
    done = manage("check", "--database", "default", **{**SERVER, "DATABASE_URL": urls.owner_url})
    servers.postgres.drop("infra_swapped")
    assert done.returncode == 1
    assert "(crm.E001)" in done.stderr
    assert "owns the database infra_swapped" in done.stderr


def test_sign_in_links_are_refused_outside_the_demo(tmp_path: Path) -> None:
    done = manage("demo_links", DATA_DIR=str(tmp_path), DEMO="0")
    assert done.returncode == 1
    assert "exist only in the demo" in done.stderr


def test_flag_that_is_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'maybe'. Set it to 1 or 0."):
        env.read_flag("DEBUG", default=False)


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", False)])
def test_flag_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    monkeypatch.setenv("DEBUG", value)
    assert env.read_flag("DEBUG", default=not meaning) is meaning


def test_list_drops_spaces_and_empty_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, ,b.example,")
    assert env.read_list("ALLOWED_HOSTS") == ["a.example", "b.example"]
    assert env.read_list("NOBODY_SET_THIS", default=("x",)) == ["x"]
    assert "NOBODY_SET_THIS" not in os.environ
