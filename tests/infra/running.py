"""A real `manage.py up` in a directory of its own, as a person would start it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.infra.waiting import eventually

CHECKOUT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 180  # seconds; a few where nothing else competes for the processor


class Running:
    """Started on creation. Every process that it ever had is remembered by number and start time."""

    def __init__(self, data_directory: Path, **variables: str) -> None:
        self.data_directory = data_directory
        self.environment = clean_environment(DATA_DIR=str(data_directory), DEMO="0", **variables)
        self.output = data_directory.with_name(data_directory.name + ".out")
        self.start()

    def start(self) -> None:
        """Start it, again after an end."""
        self.output.unlink(missing_ok=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(CHECKOUT / "manage.py"), "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        """What it has shown so far."""
        return self.output.read_text()

    def wait_until_ready(self) -> str:
        """The address that it printed."""

        def address() -> str | None:
            assert self.process.poll() is None, self.text()
            found = [line for line in self.text().splitlines() if line.startswith("Anchorpoint is at ")]
            return found[0].split()[3] if found else None

        return eventually(address, seconds=START_SECONDS, what="the address is printed")

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def child(self, words: str) -> psutil.Process:
        """The direct child with these words in its command."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if words in " ".join(child.cmdline()))

    def has_beat(self) -> bool:
        """True when the child that starts last has started."""
        return any("beat" in process.cmdline() for process in psutil.Process(self.process.pid).children())

    def end(self, number: signal.Signals) -> float:
        """Send a signal to the supervisor alone and wait for its end. Returns the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - began

    def kill(self) -> None:
        """Make sure that nothing is left, for a test that failed half-way."""
        if self.process.poll() is None:
            self.end(signal.SIGINT)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A management command from another terminal, which knows the data directory alone."""
        return manage(*words, DATA_DIR=str(self.data_directory))


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without what the test suite has set for itself."""
    ours = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "PORT", "HOST", "MAKELEVEL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("DJANGO")}
    return {**kept, **variables}


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one management command and return what it said."""
    return run(str(CHECKOUT / "manage.py"), *words, **variables)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout and return what it said."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=CHECKOUT,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answers(address: str) -> bool:
    """True when the servers behind it are ready and a page is shown."""
    return all(_status(address, path) == 200 for path in ("/readyz", "/accounts/login/"))


def _status(address: str, path: str) -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def gone(processes: list[psutil.Process]) -> bool:
    """True when none of these runs. A zombie that nobody has reaped yet is gone."""
    return not any(map(_lives, processes))


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # ended between the two questions
        return False


def email_address(running: Running) -> tuple[str, int]:
    """Where the mail sink listens."""
    url = urlsplit(json.loads((running.data_directory / "endpoints.json").read_text())["EMAIL_URL"])
    return url.hostname or "", url.port or 0
