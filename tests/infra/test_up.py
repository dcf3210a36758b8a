"""`manage.py up`, whole and real: every server, killed in every way that a person or a kernel can."""

import signal
import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests import servers
from tests.infra.running import Running, answers, email_address, gone, manage
from tests.infra.waiting import eventually

pytestmark = pytest.mark.workers

STOP_SECONDS = 30  # the promise is 15 where nothing competes for the processor
CHILDREN = ("postgres", "valkey-server", "mail_sink", "gunicorn", "celery --quiet -A crm.celery worker", "beat")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("up") / "data")
    yield running
    if running.process.poll() is None:
        family = running.family()
        assert running.end(signal.SIGTERM) < STOP_SECONDS
        assert gone(family)
    assert running.process.returncode == 0, running.text()


@pytest.fixture
def running(shared: Running) -> Running:
    """A run that has printed its address and has all its children; started again where a test ended it."""
    if shared.process.poll() is not None:
        shared.start()
    shared.wait_until_ready()
    eventually(shared.has_beat, seconds=20, what="the last child is there")
    return shared


def test_run_shows_a_page_at_the_address_that_it_prints(running: Running) -> None:
    eventually(lambda: answers(running.wait_until_ready()), seconds=20, what="a page after another test's kill")


@pytest.mark.parametrize("words", CHILDREN)
def test_killed_child_is_started_again_and_pages_come_back(running: Running, words: str) -> None:
    before = running.child(words)
    before.kill()
    eventually(lambda: gone([before]), seconds=5, what=f"{words} is gone")

    def is_back() -> bool:
        try:
            return running.child(words).pid != before.pid
        except (StopIteration, psutil.NoSuchProcess):
            return False

    eventually(is_back, seconds=20, what=f"{words} is back")
    eventually(lambda: answers(running.wait_until_ready()), seconds=20, what="pages are back")
    assert running.process.poll() is None


def test_another_terminal_reaches_the_running_database_without_any_url(running: Running) -> None:
    done = running.manage("check", "--database", "default")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_mail_that_leaves_becomes_one_file(running: Running) -> None:
    mails = running.data_directory / "mail"
    before = set(mails.iterdir())

    def send() -> bool:
        try:
            with smtplib.SMTP(*email_address(running), timeout=5) as smtp:
                message = "Subject: Hello\r\n\r\nGood morning\r\n"
                smtp.sendmail("from@example.org", ["to@example.org", "also@example.org"], message)
            return True
        except OSError:  # just restarted by another test
            return False

    eventually(send, seconds=10, what="the mail is accepted")
    [kept] = set(mails.iterdir()) - before
    mail = message_from_bytes(kept.read_bytes(), policy=default)
    assert mail["Subject"] == "Hello"
    assert mail["Return-Path"] == "<from@example.org>"
    assert mail.get_all("Delivered-To") == ["to@example.org", "also@example.org"]
    assert "Good morning" in mail.get_content()


def test_second_run_in_the_same_directory_is_refused(running: Running) -> None:
    done = running.manage("up")
    assert done.returncode == 1
    assert f"Another run (process {running.process.pid})" in done.stderr
    assert answers(running.wait_until_ready())


def test_run_with_servers_of_its_own_works_beside_it_and_nothing_of_it_outlives_kill_9(
    running: Running, committed: SimpleNamespace, tmp_path: Path
) -> None:
    other = Running(
        tmp_path / "other",
        DATABASE_URL=committed.urls.app_url,
        DATABASE_OWNER_URL=committed.urls.owner_url,
        REDIS_URL=servers.valkey.url,
        EMAIL_URL="smtp://mail.example.org:25",
    )
    try:
        address = other.wait_until_ready()
        assert address != running.wait_until_ready()
        assert answers(address)
        family = other.family()
        assert not [words for words in CHILDREN[:3] for process in family if words in " ".join(process.cmdline())]
        assert not (other.data_directory / "postgres").exists()
        other.end(signal.SIGKILL)
        eventually(lambda: gone(family), seconds=10, what="every process is gone by itself")
    finally:
        other.kill()
    assert answers(running.wait_until_ready())


def test_start_right_after_kill_9_finds_nothing_of_the_last_run_and_recovers(running: Running) -> None:
    address = running.wait_until_ready()
    family = running.family()
    assert len(family) > len(CHILDREN) + 4  # grandchildren too: web workers, task processes, database sessions
    running.end(signal.SIGKILL)
    running.start()
    assert running.wait_until_ready() == address  # nothing held the port
    assert answers(address)
    assert gone(family)


def test_ctrl_c_ends_everything_cleanly(running: Running) -> None:
    family = running.family()
    assert running.end(signal.SIGINT) < STOP_SECONDS
    assert running.process.returncode == 0, running.text()
    assert gone(family)
    log = (running.data_directory / "logs" / "postgres.log").read_text()
    assert log.splitlines()[-1].endswith("database system is shut down")
    if "killing it" in running.text():  # a busy machine may have held one up; what cannot stop is killed again
        running.start()
        running.wait_until_ready()
        running.end(signal.SIGINT)
        assert "killing it" not in running.text()


def test_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = manage("up", DATA_DIR=str(tmp_path / "data"), PORT="1", HOST="192.0.2.1")
    assert done.returncode == 1
    assert "Set HOST and PORT" in done.stderr
    assert not (tmp_path / "data" / "postgres").exists()


def test_half_a_database_is_refused_before_anything_starts(tmp_path: Path) -> None:
    done = manage("up", DATA_DIR=str(tmp_path / "data"), DATABASE_URL="postgresql://app@db/anchorpoint")
    assert done.returncode == 1
    assert "DATABASE_URL is set and DATABASE_OWNER_URL is not. Set both" in done.stderr
    assert not (tmp_path / "data").exists()
