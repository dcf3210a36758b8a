"""Everything between a running database and the first page, in one process because starting Django takes a second."""

import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from crm.base.role_check import refuse_powerful_role

STAMP = ".sources"


class Command(BaseCommand):
    """Safe to repeat: each step does only what is missing."""

    requires_system_checks: list[str] = []
    help = "Migrate, check the application's role, and collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Migrating the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        refuse_powerful_role()
        self.collect_static_files()

    def collect_static_files(self) -> None:
        """Collect them unless the sources are the same as last time."""
        sources = fingerprint_of_sources()
        stamp = Path(settings.STATIC_ROOT) / STAMP
        if stamp.exists() and stamp.read_text() == sources:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(sources)


def fingerprint_of_sources() -> str:
    """Changes with the name, size or time of any static file, and with the way they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            found = os.stat(storage.path(path))
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
