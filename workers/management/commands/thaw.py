"""Lets a frozen copy go on, without sending again what the system it was copied from may have sent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q
from django.db.models.functions import Now

from crm.base.context import institute_context
from crm.core.freeze import is_frozen, thaw
from crm.identity.models import Institute
from crm.mail.models import Occurrence
from crm.mail.states import State
from workers.reminders import plan

WHY = "It was due when this copy was let go: the system it was copied from may have sent it."


class Command(BaseCommand):
    """Whether such a message goes again is decided by a person, on the page What goes out."""

    help = "Let a frozen copy send and handle again. Mail that was due meanwhile waits for a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--nothing-was-sent", action="store_true", help="the other system sent nothing since: send what is due"
        )

    def handle(self, *, nothing_was_sent: bool, **options: Any) -> None:
        """Marks first and lets go then: in between nothing can leave."""
        if not is_frozen():
            self.stdout.write("It is not frozen.")
            return
        held = 0 if nothing_was_sent else sum(self._hold_due(each) for each in Institute.objects.order_by("code"))
        thaw()
        self.stdout.write(
            f"It sends and handles again. {held} message(s) may have been sent before: see What goes out."
        )

    def _hold_due(self, institute: Institute) -> int:
        """Plan first, so that what the other system may have planned and sent is marked too."""
        if institute.is_live and institute.kind == Institute.Kind.INSTITUTE:
            plan(institute.id)
        with institute_context(institute.id):
            due = Q(state=State.PLANNED, not_before__lte=Now(), held_at=None, expires_at__gt=Now())
            under_way = Q(state__in=[State.CLAIMED, State.HANDED_OVER])
            return Occurrence.objects.filter(due | under_way).move_to(
                State.UNKNOWN, reason=WHY, settled_at=Now(), lease_until=None, owner=""
            )
