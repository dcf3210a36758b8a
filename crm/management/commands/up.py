"""Runs the whole product on this machine: database, broker, web, workers, and a mail sink."""

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from crm.embedded.endpoints import refuse_half_a_database
from crm.embedded.errors import EmbeddedError
from crm.embedded.launcher import PR_SET_PDEATHSIG
from crm.embedded.leftovers import end_leftovers
from crm.embedded.local_run import LocalRun
from crm.embedded.lock import only_run
from crm.embedded.ports import listen_for_web


class Command(BaseCommand):
    """docs/operations.md says what each variable does."""

    help = (
        "Start everything on this machine and keep it running; Ctrl-C stops it. Reads PORT, HOST, DATA_DIR, "
        "DATABASE_URL with DATABASE_OWNER_URL, REDIS_URL and EMAIL_URL; what is not given runs embedded."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop_when_make_is_killed()
        try:
            self.run(Path(settings.DATA_DIR))
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        except PermissionError as error:
            raise CommandError(f"{error}. Start as the account that owns it, or set DATA_DIR.") from error

    def run(self, data_directory: Path) -> None:
        """Hold the directory, clear up after a crash, and run until told to stop."""
        refuse_half_a_database(os.environ)
        for directory, mode in ((data_directory, 0o755), (data_directory / "logs", 0o700)):
            directory.mkdir(mode=mode, parents=True, exist_ok=True)
        with only_run(data_directory):
            end_leftovers(data_directory)
            host = os.environ.get("HOST") or "127.0.0.1"
            with listen_for_web(host, os.environ.get("PORT")) as web_socket:
                os.chdir(settings.BASE_DIR)
                run = LocalRun(
                    data_directory, settings.BASE_DIR, web_socket, host, queue_names(), self.show, demo=settings.DEMO
                )
                run.run()

    def show(self, line: str) -> None:
        """One line on the terminal. A reader that went away is no reason to stop."""
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except OSError:
            self.stdout = OutputWrapper(open(os.devnull, "w"))


def queue_names() -> list[str]:
    """Every queue that a task may be sent to."""
    routes = getattr(settings, "CELERY_TASK_ROUTES", {})
    routed = [route["queue"] for route in routes.values() if isinstance(route, dict) and "queue" in route]
    return sorted({getattr(settings, "CELERY_TASK_DEFAULT_QUEUE", "celery"), *routed})


def stop_when_make_is_killed() -> None:
    """Under `make run`, stop when make is killed: it cannot tell us, and nobody would look for us."""
    if sys.platform == "linux" and "MAKELEVEL" in os.environ:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
