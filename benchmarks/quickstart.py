"""From a fresh clone to a page that somebody is signed in to, and again on the second start.

    python -m benchmarks.quickstart

Clones the last commit into an empty directory and runs the README's command there, with the system's Python alone:
packages are installed (from pip's cache, where it has them), servers started, the database migrated, the demo loaded,
a printed link followed and its button pressed. Then Ctrl-C, and the same again with what is there now. Prints the
seconds from the command on. The limit of 15 seconds is for the page of a start that finds its packages installed. Exit
code 1 above it.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 15.0
PATIENCE = 900.0
LINK = re.compile(r"http://localhost:\d+/accounts/demo/\S+")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
OURS = (
    "VIRTUAL_ENV",
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DATA_DIR",
    "MAKELEVEL",
)


class Start:
    """One `make run`, with the moments at which things could first be seen."""

    def __init__(self, directory: Path, port: int) -> None:
        self.port, self.output = port, directory.with_suffix(".out")
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self.began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=directory,
                env={**environment, "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def seconds_until(self, seen: Callable[[], object]) -> float:
        """Ask ten times a second. Raises TimeoutError, with what was printed, when it ends or takes too long."""
        while not seen():
            if self.process.poll() is not None or time.monotonic() - self.began > PATIENCE:
                raise TimeoutError(self.output.read_text()[-3000:])
            time.sleep(0.1)
        return time.monotonic() - self.began

    def answers(self) -> bool:
        """True when the sign-in page is shown."""
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/accounts/login/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def signs_in(self) -> bool:
        """True when the first of the printed links has led to a page of somebody who is signed in."""
        links = LINK.findall(self.output.read_text())
        if not links:
            return False
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with browser.open(links[0], timeout=30) as answer:
            token = TOKEN.search(answer.read().decode())
        button = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        with browser.open(links[0], button, timeout=30) as answer:
            return "Sign out" in answer.read().decode()

    def stop(self) -> float:
        """Ctrl-C. Returns the seconds until everything had ended."""
        asked = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        return time.monotonic() - asked


def measure(directory: Path, port: int, *, demo: bool) -> dict[str, float]:
    """One start, from the command on."""
    start = Start(directory, port)
    try:
        found = {"page": start.seconds_until(start.answers)}
        if demo:
            found["signed in"] = start.seconds_until(start.signs_in)
        return found
    finally:
        print("   ", f"Ctrl-C {start.stop():.1f} s", flush=True)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    """Print both starts."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory(prefix="anchorpoint-") as place:
        directory = Path(place) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(directory)], check=True)
        kinds = {"fresh clone, packages included": True, "packages there, no data": True, "everything there": False}
        pages = {}
        for kind, demo in kinds.items():
            if kind == "packages there, no data":
                subprocess.run(["rm", "-rf", str(directory / ".data")], check=True)
            found = measure(directory, free_port(), demo=demo)
            pages[kind] = found["page"]
            print(f"{kind}: " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in found.items()), flush=True)
    return int(pages["packages there, no data"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
