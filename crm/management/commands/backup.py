"""Writes the database to one file."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.base.owner import owner_database
from crm.core.models import BackupRun
from crm.embedded.dumps import dump
from crm.embedded.errors import EmbeddedError


class Command(BaseCommand):
    """While the product runs: the file shows one moment. It holds no key (see docs/operations.md)."""

    help = "Write the whole database to one file, while everything runs. Keep the keys apart from it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="default: anchorpoint-<moment, UTC>.dump here")

    def handle(self, *args: Any, **options: Any) -> None:
        """The health page knows of it only when it is complete."""
        file = options["file"] or Path(f"anchorpoint-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump")
        began = time.monotonic()
        try:
            manifest = dump(owner_database(), file)
        except (EmbeddedError, ImproperlyConfigured, OSError) as error:
            raise CommandError(str(error)) from error
        seconds = round(time.monotonic() - began, 1)
        BackupRun.objects.create(kind=BackupRun.Kind.BACKUP, file=file.name[:300], size=manifest.size, seconds=seconds)
        self.stdout.write(f"{file} ({manifest.size / 1_000_000:.1f} MB, {manifest.rows} rows, {seconds} s)")
