"""Stops everything that leaves the product, at once and for every worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crm.core.freeze import freeze


class Command(BaseCommand):
    """Pages go on: what they record waits."""

    help = "Send no mail and handle no recorded fact until `thaw`. Pages go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reason", help="one sentence; the health page shows it")

    def handle(self, *, reason: str, **options: Any) -> None:
        freeze(reason)
        self.stdout.write("Nothing is sent and no fact is handled until: manage.py thaw")
