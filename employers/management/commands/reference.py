"""`manage.py reference load outcodes FILE` takes an official download over as the current list."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.base.context import institute_context
from crm.base.errors import DomainError
from crm.core.models import ReferenceEdition
from crm.core.reference.downloads import READERS, settle_areas
from crm.core.reference.editions import take_over
from crm.identity.models import Institute
from employers.actions.places import place_employers


class Command(BaseCommand):
    help = "Take over official downloads of public lists, or show the lists at hand."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        load = commands.add_parser("load", help="Make a file the current edition of its list.")
        load.add_argument("list", choices=READERS, help="Which list the file is.")
        load.add_argument("file", type=Path, help="A CSV file, as its publisher gives it.")
        load.add_argument("--edition", default="", help="What this edition is called; else a digest of the file.")
        load.add_argument("--source", default="", help="Who published it, and where.")
        commands.add_parser("list", help="Show the lists at hand.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "list":
            self._list()
            return
        try:
            self._load(options)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        for edition in ReferenceEdition.objects.all():
            current = "current" if edition.is_current else "earlier"
            self.stdout.write(f"{edition.kind:16} {edition.version:20} {current}  {edition.rows.count():6,} rows")

    @transaction.atomic
    def _load(self, options: dict[str, Any]) -> None:
        path = options["file"]
        kind, read = READERS[options["list"]]
        lines = {line.code: line for line in read(path)}  # the last line of a code counts
        if not lines:
            raise CommandError(f"{path.name} holds no line of the list {options['list']}. Nothing was changed.")
        edition = options["edition"] or hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        take_over(kind=kind, version=edition, source=options["source"] or path.name, lines=lines.values())
        self.stdout.write(f"{len(lines):,} rows are the current {options['list']}, edition {edition}.")
        if kind == ReferenceEdition.Kind.LOCAL_AUTHORITY:
            settle_areas()
        if kind != ReferenceEdition.Kind.SIC_CODE:
            self._place()

    def _place(self) -> None:
        """Each institute in its own context, as everything that writes its rows."""
        for institute in Institute.objects.filter(kind=Institute.Kind.INSTITUTE):
            with institute_context(institute.id):
                changed = place_employers(by=None)
            if changed:
                self.stdout.write(f"{institute.short_name}: {changed:,} employers are placed anew.")
