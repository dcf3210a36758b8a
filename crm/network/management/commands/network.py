"""`manage.py network publish`: tell the network now, without waiting for the hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.identity.models import Institute
from crm.network.publishing import publish


class Command(BaseCommand):
    """Prints what it wrote, an institute a line."""

    help = "publish: count every institute's figures and publish them to the network. Writes only what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["publish"])
        parser.add_argument("--institute", default="", metavar="CODE", help="yhiot; every institute if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True).order_by("code")
        if options["institute"]:
            institutes = institutes.filter(code=options["institute"])
            if not institutes:
                raise CommandError(f"There is no live institute with the code {options['institute']!r}.")
        for institute in institutes:
            self.stdout.write(f"{institute.code}: {publish(institute.id)} figures changed")
