"""Says whether the whole product is well: the staff page in a terminal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.core.health.checks import Level, look_at_everything, worst


class Command(BaseCommand):
    """Exit code 0 when nothing is wrong, 1 otherwise, so that cron and other monitors can ask."""

    help = "Look at database, workers, queues, mail, backups and say what is wrong and what to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="exit 1 for what should be looked at soon, too")
        parser.add_argument("--quiet", action="store_true", help="only what is not fine")

    def handle(self, *, strict: bool, quiet: bool, **options: Any) -> None:
        results = look_at_everything()
        for check, finding in ((result.check, result.finding) for result in results):
            if quiet and finding.level is Level.OK:
                continue
            self.stdout.write(f"{finding.level.words:<16} {check.label} [{check.name}]: {finding.says}")
            if finding.to_do:
                self.stdout.write(f"{'':<16} {finding.to_do}")
        if worst(results) >= (Level.WARNING if strict else Level.WRONG):
            named = [r.check.name for r in results if r.finding.level is not Level.OK]
            raise CommandError(f"Not well: {', '.join(named)}.", returncode=1)
