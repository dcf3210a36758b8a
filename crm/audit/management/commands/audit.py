"""`manage.py audit verify`: was history changed?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.audit.seals import seal_entries, verify_seals
from crm.base.context import institute_context
from crm.identity.models import Institute


class Command(BaseCommand):
    """Exits with 1 and names the first broken row of each institute whose chain does not hold."""

    help = "verify: recompute every institute's chain of audit seals. seal: seal what is in no seal yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("command", choices=["verify", "seal"])
        parser.add_argument("--institute", default="", help="the code of one institute; all of them when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        institutes = Institute.objects.order_by("code")
        if options["institute"]:
            institutes = institutes.filter(code=options["institute"])
            if not institutes:
                raise CommandError(f"There is no institute {options['institute']}.")
        run = {"verify": self.verify, "seal": self.seal}[options["command"]]
        broken = [institute.code for institute in institutes if not run(institute)]
        if broken:
            raise CommandError(f"The history of {', '.join(broken)} is not as it was sealed.")

    def verify(self, institute: Institute) -> bool:
        """Whether the institute's chain holds; writes what was found."""
        with institute_context(institute.id):
            check = verify_seals()
        said = check.broken or f"{check.entries} entries hold; seals: {check.seals}, head: {check.head or 'none'}"
        self.stdout.write(f"{institute.code}: {said}")
        return check.holds

    def seal(self, institute: Institute) -> bool:
        """Seal what is waiting."""
        with institute_context(institute.id):
            self.stdout.write(f"{institute.code}: {seal_entries()} entries sealed")
        return True
