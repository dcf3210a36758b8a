"""Fills the database from a file that `backup` wrote."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from crm.base.role_check import refuse_powerful_role
from crm.embedded.dumps import restore
from crm.embedded.errors import EmbeddedError


class Command(BaseCommand):
    """All or nothing. Afterwards it migrates, so that a backup of an earlier release fits this one."""

    help = "Restore a backup, then migrate and check the application's role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        connections.close_all()
        try:
            restore(
                settings.DATABASES["owner"],
                options["file"],
                app_role=settings.DATABASES["default"]["USER"],
                replace=options["replace"],
            )
        except (EmbeddedError, psycopg.Error) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)
        refuse_powerful_role()
        self.stdout.write(f"Restored {options['file']}.")
