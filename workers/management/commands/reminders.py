"""What reminders would go, to whom and why. Looks, and leaves nothing behind."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from crm.base.clock import LONDON, SENDING_CLOSES, london_instant, today
from crm.base.context import institute_context
from crm.core.registry import reminders
from crm.identity.models import Institute
from crm.mail.models import Occurrence
from crm.mail.render import render_reminder
from crm.mail.states import State
from workers.reminders import plan


class Command(BaseCommand):
    """`reminders plan --as-of 2026-12-01 --institute yhiot`."""

    help = "Print the reminders that would go on a day: to whom, about what, and why. Sends and writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["plan"])
        parser.add_argument("--as-of", type=_day, default=None, metavar="DATE", help="2026-12-01; today if left out")
        parser.add_argument("--institute", default="", metavar="CODE", help="yhiot; every institute if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or today()
        institutes = Institute.objects.filter(kind=Institute.Kind.INSTITUTE, is_live=True)
        if options["institute"]:
            institutes = institutes.filter(code=options["institute"])
        if not institutes:
            raise CommandError(f"There is no live institute with the code {options['institute']!r}.")
        total = sum(self._show(institute, as_of) for institute in institutes)
        self.stdout.write(f"{total} would go by {as_of:%A %d %B %Y}, 18:00. Nothing was sent or written.")

    def _show(self, institute: Institute, as_of: dt.date) -> int:
        """Plan in a transaction that is rolled back, so that what is shown is what the engine would do."""
        with institute_context(institute.id):
            plan(institute.id, as_of)
            due = Occurrence.objects.filter(state=State.PLANNED, due_at__lte=london_instant(as_of, SENDING_CLOSES))
            lines = [self._line(occurrence) for occurrence in due]
            transaction.set_rollback(True)
        if lines:
            self.stdout.write(self.style.MIGRATE_HEADING(institute.name))
            self.stdout.writelines(line for line, _ in lines)
        return sum(goes for _, goes in lines)

    def _line(self, occurrence: Occurrence) -> tuple[str, bool]:
        when = occurrence.due_at.astimezone(LONDON)
        start = f"  {when:%a %d %b %Y %H:%M}  {occurrence.rule}  to {_person(occurrence)}"
        unwanted = reminders[occurrence.rule]().still_wanted(occurrence)
        if unwanted:
            return f"{start}\n    would not go: {unwanted}", False
        held = ", held by a person" if occurrence.is_held else ""
        subject = render_reminder(occurrence).subject
        return f"{start}{held}\n    “{subject}”\n    {occurrence.why}", not occurrence.is_held


def _person(occurrence: Occurrence) -> str:
    return f"{occurrence.recipient_name} <{occurrence.recipient_email}>".strip()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not a date: write it as 2026-12-01.") from None
