"""Fills the database from a file that `backup` wrote, or tries whether that would work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from crm.base.owner import owner_database
from crm.base.role_check import refuse_powerful_role
from crm.base.row_security_check import open_tables
from crm.core.freeze import freeze
from crm.core.models import BackupRun
from crm.embedded.digests import differences
from crm.embedded.dumps import digests_of, has_tables, restored_copy, take_place
from crm.embedded.errors import EmbeddedError
from crm.embedded.manifests import read_manifest

THAW = "It sends nothing until you say: manage.py thaw"


class Command(BaseCommand):
    """All or nothing: the file is restored beside the live database, migrated and checked, and then takes its place.

    What is restored stands still until `thaw`, because the system it was copied from may have sent what it holds.
    """

    help = "Restore a backup beside the live database, migrate it, check it, and put it in the live one's place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose what the database holds now")
        parser.add_argument(
            "--verify", action="store_true", help="compare every table with the backup, and prove ledger and audit"
        )
        parser.add_argument("--drill", action="store_true", help="verify a copy, throw it away, touch nothing live")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the seconds of each step."""
        self.file, self.began = options["file"], time.monotonic()
        connections.close_all()
        try:
            owner = owner_database()
            if not options["drill"] and not options["replace"] and has_tables(owner):
                name = owner["NAME"]
                raise CommandError(f"The database {name} has tables. Add --replace to lose them and restore over them.")
            self._restore(drill=options["drill"], verify=options["verify"] or options["drill"])
        except (EmbeddedError, ImproperlyConfigured, psycopg.Error) as error:
            raise CommandError(str(error)) from error

    def _restore(self, *, drill: bool, verify: bool) -> None:
        owner = owner_database()
        copy = f"{owner['NAME']}_{'drill' if drill else 'restoring'}"
        manifest = read_manifest(self.file) if verify else None
        with restored_copy(owner, self.file, app_role=settings.DATABASES["default"]["USER"], name=copy):
            self._say("read into a database of its own")
            if manifest:
                wrong = differences(manifest.tables, digests_of(owner, copy))
                self._refuse(wrong)
                self._say(f"every one of {len(manifest.tables)} tables and {manifest.rows} rows is as in the backup")
            with connected_to(copy):
                call_command("migrate", interactive=False, verbosity=0)
                freeze(f"restored from {self.file.name}")
                refuse_powerful_role()
                if verify:
                    self._prove()
            if not drill:
                take_place(owner, copy)
        self._finish(drill=drill)

    def _prove(self) -> None:
        """What must hold in any database of this product."""
        with connections["owner"].cursor() as cursor:
            self._refuse(open_tables(cursor))
        self._say("row security closes every table of the institutes")
        call_command("ledger", "verify", stdout=self.stdout, stderr=self.stderr)
        self._say("journal, balances and roll-ups agree")
        call_command("audit", "verify", stdout=self.stdout, stderr=self.stderr)
        self._say("the audit chain holds")

    def _finish(self, *, drill: bool) -> None:
        if drill:
            seconds, size = round(time.monotonic() - self.began, 1), self.file.stat().st_size
            BackupRun.objects.create(kind=BackupRun.Kind.DRILL, file=self.file.name[:300], size=size, seconds=seconds)
            self._say("the drill is over and its copy gone; nothing live was touched")
        else:
            self.stdout.write(f"Restored {self.file}. {THAW}")

    def _say(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {what}")

    def _refuse(self, wrong: list[str]) -> None:
        if wrong:
            raise CommandError("The copy is not as it should be: " + "; ".join(wrong[:10]) + ". Nothing was changed.")


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point both of Django's connections at another database, where statements may take as long as they need."""
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    try:
        for alias, was in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(NAME=name, OPTIONS=without_limits(was["OPTIONS"]), CONN_MAX_AGE=0)
        yield
    finally:
        for alias, was in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(was)


def without_limits(options: dict[str, Any]) -> dict[str, Any]:
    """Pages give up after seconds; proving a whole database may not."""
    return {name: value for name, value in options.items() if name != "options"}
